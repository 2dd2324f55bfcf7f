/** The following page, fetched before it is needed. */

import { CARD } from "./deck.js";
import { load } from "./ask_service.js";

/** @import { Deck } from "./deck.js" */

const FEWEST_LEFT = 10;

export class More {
  /** @type {Promise<void> | null} */
  #coming = null;

  /** @param {Deck} deck */
  constructor(deck) {
    this.deck = deck;
  }

  /** Is what stands at the end of the list on this page? */
  get isAtEnd() {
    return this.#link === null;
  }

  /** Fetch what follows as long as few cards are left. */
  fetchIfFew() {
    this.#coming ??= this.#fetch().finally(() => {
      this.#coming = null;
    });
  }

  async #fetch() {
    for (let link = this.#link; link && this.deck.cards.length < FEWEST_LEFT; link = this.#link) {
      const page = await load(link.href);
      if (!page) return;
      this.deck.append(cardsOf(page));
      const following = page.querySelector("a[rel=next]")?.getAttribute("href");
      if (following) link.setAttribute("href", following);
      else (link.closest(".next") ?? link).remove();
      this.onCame();
    }
  }

  /** Called after cards have come. */
  onCame() {}

  get #link() {
    return /** @type {HTMLAnchorElement | null} */ (document.querySelector(".next a[rel=next]"));
  }
}

/**
 * One card as the service shows it now.
 * @param {string} id
 * @returns {Promise<HTMLElement | null>}
 */
export async function loadCard(id) {
  const page = await load(`/moderation/comments/${id}/card`);
  return (page && cardsOf(page)[0]) ?? null;
}

/** @param {Document} page @returns {HTMLElement[]} */
function cardsOf(page) {
  return [...page.querySelectorAll(CARD)].map((card) => /** @type {HTMLElement} */ (document.adoptNode(card)));
}
