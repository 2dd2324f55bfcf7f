/** What the script tells: one bar that offers to undo, one that reports trouble, and a voice for screen readers. */

import { button, element, fill } from "../src/dom.js";

const UNDO_MS = 10_000;

export class Told {
  #timer = 0;
  /** Heard, not seen; it is there before it has anything to say. */
  #voice = element("p", { class: "visually-hidden", role: "status" });
  #undo = element("div", { class: "told undo", hidden: true });
  #trouble = element("div", { class: "told trouble", role: "alert", hidden: true });

  /** @param {HTMLElement} place where they stand */
  constructor(place) {
    place.append(element("div", { class: "telling" }, this.#trouble, this.#undo), this.#voice);
    // As long as somebody is about to use it, it stays.
    for (const name of ["pointerenter", "focusin"]) this.#undo.addEventListener(name, () => clearTimeout(this.#timer));
    for (const name of ["pointerleave", "focusout"]) this.#undo.addEventListener(name, () => this.#hideLater());
  }

  /** @param {string} sentence */
  say(sentence) {
    this.#voice.textContent = sentence;
  }

  /**
   * Tell what was done, for ten seconds.
   * @param {string} sentence
   * @param {(() => void) | null} undo null: there is nothing to undo
   */
  done(sentence, undo) {
    const back = undo && button({ class: "quiet" }, "Undo", undo);
    back?.append(element("kbd", { "aria-hidden": "true" }, "u"));
    fill(this.#undo, element("p", {}, sentence), back);
    this.#undo.hidden = false;
    this.say(undo ? `${sentence} Undo with u.` : sentence);
    this.#hideLater();
  }

  /** Take the undo bar away; the focus must be elsewhere by then. */
  hide() {
    clearTimeout(this.#timer);
    this.#undo.hidden = true;
  }

  /**
   * Report trouble until it is over or read.
   * @param {string} sentence
   * @param {...Node} ways what may be done about it
   */
  trouble(sentence, ...ways) {
    const close = button({ class: "quiet" }, "Close", () => this.calm());
    fill(this.#trouble, element("p", {}, sentence), element("div", { class: "ways" }, ...ways, close));
    this.#trouble.hidden = false;
  }

  /** There is no trouble any more. */
  calm() {
    this.#trouble.hidden = true;
  }

  #hideLater() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.hide(), UNDO_MS);
  }
}
