/** The cards on the page, and the one that keys are about. */

/** @import { Status } from "./types.js" */

export const CARD = "article.card";

export class Deck {
  /** @type {Map<string, number>} id → place; a card that comes back finds its place by it */
  #places = new Map();
  #lastPlace = 0;
  /** @type {HTMLElement | null} */
  #current = null;

  /**
   * @param {HTMLElement} list what holds the cards
   * @param {() => void} onMove called after another card has become the current one
   */
  constructor(list, onMove) {
    this.list = list;
    this.onMove = onMove;
    for (const card of this.cards) this.#remember(card);
  }

  /** In the order in which they stand. */
  get cards() {
    return /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(CARD)]);
  }

  get current() {
    return this.#current;
  }

  /** @param {string} id */
  find(id) {
    return this.cards.find((card) => idOf(card) === id) ?? null;
  }

  /** @param {string} id has it ever been on this page? */
  knows(id) {
    return this.#places.has(id);
  }

  /**
   * Make a card the current one; `isMoved` takes focus and view along.
   * @param {HTMLElement | null} card
   * @param {boolean} [isMoved]
   */
  choose(card, isMoved = false) {
    const isOther = card !== this.#current;
    if (isOther) this.#current?.removeAttribute("aria-current");
    this.#current = card;
    card?.setAttribute("aria-current", "true");
    if (card && isMoved) bringInto(card);
    if (isOther) this.onMove();
  }

  /**
   * The next or previous card; those that somebody else looks at are passed over if there are others.
   * @param {1 | -1} step
   * @returns {HTMLElement | null}
   */
  beside(step) {
    const cards = this.cards;
    const at = this.#current ? cards.indexOf(this.#current) : -1;
    const ahead = step === 1 ? cards.slice(at + 1) : cards.slice(0, Math.max(at, 0)).reverse();
    return ahead.find((card) => !isHeld(card)) ?? ahead[0] ?? null;
  }

  /**
   * The current card and those after it that come next, for claiming.
   * @param {number} count
   */
  upcoming(count) {
    const at = this.#current ? this.cards.indexOf(this.#current) : 0;
    return this.cards.slice(Math.max(at, 0)).filter((card) => card === this.#current || !isHeld(card)).slice(0, count);
  }

  /**
   * Take cards away. If the current one is among them, the next becomes current and gets the focus.
   * @param {HTMLElement[]} gone
   */
  takeOut(gone) {
    const isCurrentGone = this.#current !== null && gone.includes(this.#current);
    const next = isCurrentGone ? this.#after(gone) : this.#current;
    const hadFocus = gone.some((card) => card.contains(document.activeElement));
    for (const card of gone) card.remove();
    if (isCurrentGone) this.choose(next, true);
    else if (hadFocus && next) bringInto(next);
  }

  /**
   * Put a card (or a newer picture of it) back where it was, without moving what one reads.
   * @param {HTMLElement} card
   */
  putBack(card) {
    const place = this.#places.get(idOf(card)) ?? Infinity;
    const after = this.cards.find((each) => (this.#places.get(idOf(each)) ?? 0) > place);
    this.steadily(() => this.list.insertBefore(card, after ?? this.#end));
  }

  /**
   * Add what is not here yet to the end.
   * @param {HTMLElement[]} cards
   */
  append(cards) {
    for (const card of cards) {
      if (this.knows(idOf(card))) continue;
      this.#remember(card);
      this.list.insertBefore(card, this.#end);
    }
  }

  /**
   * Put a newer picture of a card in the place of the old.
   * @param {HTMLElement} old
   * @param {HTMLElement} card
   */
  exchange(old, card) {
    const isCurrent = old === this.#current;
    const hadFocus = old.contains(document.activeElement);
    this.steadily(() => old.replaceWith(card));
    if (isCurrent) this.choose(card, hadFocus);
  }

  /**
   * Change the page above what one reads, and keep that where it is on the screen.
   * @param {() => void} change
   */
  steadily(change) {
    const anchor = this.#current;
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (!anchor?.isConnected) return;
    const shift = anchor.getBoundingClientRect().top - before;
    if (shift !== 0) scrollBy({ top: shift, behavior: "instant" });
  }

  /** Before what the list ends with: the sentence that it is empty. */
  get #end() {
    return this.list.querySelector(":scope > [data-end]");
  }

  /** @param {HTMLElement[]} gone @returns {HTMLElement | null} */
  #after(gone) {
    const cards = this.cards;
    const at = this.#current ? cards.indexOf(this.#current) : 0;
    const isFree = (/** @type {HTMLElement} */ card) => !gone.includes(card);
    const after = cards.slice(at).filter(isFree);
    const before = cards.slice(0, at).filter(isFree).reverse();
    return after.find((card) => !isHeld(card)) ?? before.find((card) => !isHeld(card)) ?? after[0] ?? before[0] ?? null;
  }

  /** @param {HTMLElement} card */
  #remember(card) {
    this.#lastPlace += 1;
    this.#places.set(idOf(card), this.#lastPlace);
  }
}

/** Public id of a card's comment. @param {HTMLElement} card */
export function idOf(card) {
  return card.id.slice("c-".length);
}

/** Its author's name. @param {HTMLElement} card */
export function nameOf(card) {
  return card.querySelector("header bdi")?.textContent ?? "";
}

/** Does somebody else look at it? @param {HTMLElement} card */
export function isHeld(card) {
  return card.dataset["heldBy"] !== undefined;
}

/** The status that the card shows. @param {HTMLElement} card */
export function statusOf(card) {
  return /** @type {Status} */ (card.dataset["status"] ?? "pending");
}

/** Bring a card into view, and the focus to its heading. @param {HTMLElement} card */
function bringInto(card) {
  const heading = card.querySelector(":is(h1, h2)");
  if (heading instanceof HTMLElement) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  card.scrollIntoView({ block: "start", behavior: "instant" });
}
