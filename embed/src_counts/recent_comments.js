/** `<recent-comments>`: who wrote what and when, newest first, as a list that the page styles like its others. */

import { ask } from "./ask.js";
import { TAG } from "./tag.js";
import { catalogueOf } from "./words.js";

/** @typedef {{ url: string, author: { name: string }, excerpt: string, created_at: string }} Recent */

export class RecentComments extends HTMLElement {
  static observedAttributes = ["site", "limit", "lang"];
  /** The last question; an answer to another one comes too late. @type {object | null} */
  #question = null;

  connectedCallback() {
    this.attributeChangedCallback();
  }

  disconnectedCallback() {
    this.#question = null;
  }

  /** Several attributes may change at once; one call will do. */
  attributeChangedCallback() {
    const question = (this.#question = {});
    queueMicrotask(() => void (this.isConnected && this.#question === question && this.#load(question)));
  }

  /** @param {object} question */
  async #load(question) {
    const site = this.getAttribute("site") ?? TAG.site;
    if (!site) return;
    const limit = this.getAttribute("limit") || "5";
    const [catalogue, answer] = await Promise.all([
      catalogueOf(this),
      ask(`/api/v1/recent?${new URLSearchParams({ site, limit })}`),
    ]);
    if (this.#question !== question || !answer?.comments?.length) return;
    const list = document.createElement("ul");
    list.append(...answer.comments.map((/** @type {Recent} */ each) => row(each, catalogue["languageTag"])));
    this.replaceChildren(list);
  }
}

/** @param {Recent} comment @param {string} lang */
function row({ url, author, excerpt, created_at }, lang) {
  const link = withText("a", excerpt);
  if (/^https?:/.test(url)) link.href = url;
  link.dir = "auto";
  const time = withText("time", new Date(created_at).toLocaleDateString(lang, { dateStyle: "medium" }));
  time.dateTime = created_at;
  const item = document.createElement("li");
  item.append(withText("bdi", author.name), " ", time, " ", link);
  return item;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} text
 */
function withText(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
