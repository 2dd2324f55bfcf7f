/** A list of cards in a document, for tests of what works on it. */

import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><main></main>", { url: "https://comments.example/moderation" });
const { document, Node, Element, HTMLElement, HTMLInputElement } = window;
Object.assign(globalThis, { window, document, Node, Element, HTMLElement, HTMLInputElement, CSS: { escape: String }, scrollBy: () => {} });
window.HTMLElement.prototype.scrollIntoView = () => {};

/**
 * @param {...string} ids
 * @returns {HTMLElement}
 */
export function listOf(...ids) {
  const list = document.createElement("div");
  list.append(...ids.map(cardOf), Object.assign(document.createElement("p"), { textContent: "Nothing is waiting." }));
  list.lastElementChild?.setAttribute("data-end", "");
  document.querySelector("main")?.replaceChildren(list);
  return list;
}

/** @param {string} id @returns {HTMLElement} */
export function cardOf(id) {
  const card = document.createElement("article");
  card.className = "card";
  card.id = `c-${id}`;
  const heading = document.createElement("h2");
  heading.textContent = id;
  const label = document.createElement("label");
  label.className = "select";
  label.append(Object.assign(document.createElement("input"), { type: "checkbox" }));
  card.append(heading, label);
  return card;
}
