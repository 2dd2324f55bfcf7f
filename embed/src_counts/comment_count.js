/** `<comment-count url>`: how many comments an article has, in words. Until that is known it says what the page wrote in it. */

import { count, forget } from "./count_together.js";
import { TAG } from "./tag.js";
import { catalogueOf, tellCount } from "./words.js";

export class CommentCount extends HTMLElement {
  static observedAttributes = ["site", "url", "thread-id", "lang"];
  /** What the page wrote, once something else stands there. @type {string | null} */
  #written = null;
  /** What was asked for last; an answer to anything else comes too late. */
  #asked = "";

  connectedCallback() {
    this.attributeChangedCallback();
  }

  disconnectedCallback() {
    forget(this);
  }

  attributeChangedCallback() {
    if (!this.isConnected) return;
    const site = this.getAttribute("site") ?? TAG.site;
    const address = this.getAttribute("thread-id") || addressOf(this.getAttribute("url"));
    const asked = `${site} ${address}`;
    if (this.#asked !== asked) this.#takeBack();
    this.#asked = asked;
    if (!site || !address) return forget(this);
    count(this, { place: { site, address }, show: (found) => void this.#show(found, asked) });
  }

  /** @param {number} found @param {string} asked */
  async #show(found, asked) {
    const catalogue = await catalogueOf(this);
    if (this.#asked !== asked) return;
    this.#written ??= this.textContent;
    this.replaceChildren(tellCount(found, catalogue));
  }

  /** The number of another article is worse than none. */
  #takeBack() {
    if (this.#written !== null) this.replaceChildren(this.#written);
  }
}

/** @param {string | null} url as it is written @returns {string} absolute, without fragment; empty if it is none */
function addressOf(url) {
  try {
    return url === null ? "" : new URL(url, document.baseURI).href.replace(/#.*/s, "");
  } catch {
    return "";
  }
}
