/** The same by mouse and touch: buttons on cards, the bar for what is selected, like comments. */

import { button, element } from "../src/dom.js";
import { ask, showHelp } from "./dialogs.js";
import { CARD } from "./deck.js";
import { doAll, isDecision } from "./words.js";

/** @import { Desk } from "./desk.js" */

/** @param {Desk} desk */
export function listenForClicks(desk) {
  const { list } = desk;
  // By a mouse only once it is let go: a card that becomes the current one may move what is below it.
  list.addEventListener("focusin", (event) => {
    if (event.target instanceof Element && event.target.matches(":focus-visible")) choose(desk, cardAt(event));
  });
  list.addEventListener("click", (event) => choose(desk, cardAt(event)));
  list.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a[data-like]");
    const card = cardAt(event);
    if (link instanceof HTMLAnchorElement && card && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      askAboutLike(desk, card, link);
    }
  });
  document.addEventListener("submit", (event) => decideByForm(desk, event));
}

/** @param {Desk} desk @param {HTMLElement | null} card */
function choose({ deck }, card) {
  if (card?.isConnected && card !== deck.current) deck.choose(card);
}

/** A visible way to the list of keys. */
export function showHelpButton() {
  const place = document.querySelector("[data-tools]");
  const keys = button({ class: "quiet keys", "aria-haspopup": "dialog" }, "Keys", showHelp);
  keys.append(element("kbd", { "aria-hidden": "true" }, "?"));
  place?.append(keys);
}

/** Select every card that is on the page. @param {Desk} desk */
export function showSelectAll(desk) {
  const all = () => desk.choice.set(desk.deck.cards, true);
  const none = () => desk.choice.set(desk.deck.cards, false);
  document.querySelector("[data-tools]")?.append(button({ class: "quiet" }, "Select all", all));
  document.querySelector(".bulk .selected")?.after(button({ class: "quiet" }, "Select none", none));
}

/** @param {Desk} desk @param {SubmitEvent} event */
function decideByForm(desk, event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const decision = event.submitter?.getAttribute("value");
  const card = cardAt(event);
  const cards = form.matches(".bulk") ? desk.choice.cards : form.matches(".decide") && card ? [card] : null;
  if (cards === null || !isDecision(decision)) return;
  event.preventDefault();
  desk.decideOn(cards, decision);
}

/**
 * Ask about the largest group of comments that are like the current one. @param {Desk} desk
 * @returns {boolean} is there one?
 */
export function askAboutMostLike(desk) {
  const card = desk.deck.current;
  const links = /** @type {HTMLAnchorElement[]} */ ([...(card?.querySelectorAll("a[data-like]") ?? [])]);
  const [most] = links.sort((one, other) => Number(other.dataset["count"]) - Number(one.dataset["count"]));
  if (card && most) askAboutLike(desk, card, most);
  return most !== undefined;
}

/**
 * @param {Desk} desk
 * @param {HTMLElement} card
 * @param {HTMLAnchorElement} link
 */
function askAboutLike(desk, card, link) {
  const { like: by = "", domain, path = "" } = link.dataset;
  const count = Number(link.dataset["count"]);
  const fields = { by, ...(domain === undefined ? {} : { domain }) };
  const way = (/** @type {import("./types.js").Decision} */ decision, isFirst = false) => ({
    label: doAll(decision, count),
    command: decision,
    isFirst,
    act: () => desk.decideLike(card, decision, { path, fields, count }),
  });
  ask(`${link.dataset["question"] ?? ""}`, [way("reject", true), way("mark_spam")]);
}

/** @param {Event} event @returns {HTMLElement | null} */
function cardAt(event) {
  const card = event.target instanceof Element ? event.target.closest(CARD) : null;
  return card instanceof HTMLElement ? card : null;
}
