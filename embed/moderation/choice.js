/** Which cards are selected: by their boxes, by a key, by a range. */

import { idOf } from "./deck.js";

/** @import { Deck } from "./deck.js" */

export class Choice {
  /** @type {HTMLElement | null} */
  #last = null;

  /**
   * @param {Deck} deck
   * @param {(count: number) => void} onChange
   */
  constructor(deck, onChange) {
    this.deck = deck;
    this.onChange = onChange;
    deck.list.addEventListener("click", (event) => this.#clicked(event));
    deck.list.addEventListener("change", () => this.tell());
    this.tell();
  }

  /** The selected cards, in the order in which they stand. */
  get cards() {
    return this.deck.cards.filter((card) => boxOf(card)?.checked);
  }

  /** Select a card, or not any longer. @param {HTMLElement} card */
  toggle(card) {
    const box = boxOf(card);
    if (box) this.set([card], !box.checked);
    this.#last = card;
  }

  /**
   * @param {HTMLElement[]} cards
   * @param {boolean} areSelected
   */
  set(cards, areSelected) {
    for (const card of cards) {
      const box = boxOf(card);
      if (box) box.checked = areSelected;
    }
    this.tell();
  }

  /** Tell how many there are; also after cards have come or gone. */
  tell() {
    for (const card of this.deck.cards) card.toggleAttribute("data-selected", boxOf(card)?.checked ?? false);
    this.onChange(this.cards.length);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const box = event.target;
    const card = box instanceof HTMLInputElement && box.closest(".select") ? this.deck.cards.find((each) => each.contains(box)) : null;
    if (!card || !(box instanceof HTMLInputElement)) return;
    if (event.shiftKey && this.#last) this.set(this.#between(this.#last, card), box.checked);
    this.#last = card;
  }

  /**
   * @param {HTMLElement} one
   * @param {HTMLElement} other
   */
  #between(one, other) {
    const cards = this.deck.cards;
    const ends = [cards.indexOf(one), cards.indexOf(other)].sort((a, b) => a - b);
    return cards.slice(Math.max(ends[0] ?? 0, 0), (ends[1] ?? -1) + 1);
  }
}

/** Ids of cards as forms give them. @param {HTMLElement[]} cards */
export function idsOf(cards) {
  return cards.map(idOf).join(" ");
}

/** @param {HTMLElement} card */
function boxOf(card) {
  return /** @type {HTMLInputElement | null} */ (card.querySelector(".select input"));
}
