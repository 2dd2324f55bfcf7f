/** "I am looking at these": said to the service, so that two moderators do not work on the same comments. */

/** @import { Deck } from "./deck.js" */
/** @import { Fields, Outcome } from "./types.js" */

import { idsOf } from "./choice.js";
import { idOf } from "./deck.js";

const PATH = "/moderation/claims";
const AHEAD = 3;
const SETTLED_MS = 300;
const RENEWED_MS = 60_000;

export class Claims {
  #timer = 0;
  #claimed = "";

  /**
   * @param {Deck} deck
   * @param {(fields: Fields) => Fields} signed adds what every form of ours carries
   * @param {(path: string, fields: Fields) => Promise<Outcome>} post
   */
  constructor(deck, signed, post) {
    this.deck = deck;
    this.signed = signed;
    this.post = post;
    window.setInterval(() => document.visibilityState === "visible" && void this.#claim(true), RENEWED_MS);
    addEventListener("pagehide", () => this.#release());
    addEventListener("pageshow", () => this.later());
  }

  /** Claim what is looked at now, once it has been looked at for a moment. */
  later() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#claim(false), SETTLED_MS);
  }

  /** @param {boolean} isRenewed */
  async #claim(isRenewed) {
    const comments = idsOf(this.deck.upcoming(AHEAD));
    if (comments === "" || (comments === this.#claimed && !isRenewed)) return;
    this.#claimed = comments;
    const outcome = await this.post(PATH, this.signed({ comments }));
    if (outcome.kind !== "done") return;
    const held = outcome.answer["held"];
    if (typeof held !== "object" || held === null) return;
    for (const [id, name] of Object.entries(held)) markHeld(this.deck, id, String(name));
  }

  #release() {
    if (this.#claimed === "") return;
    this.#claimed = "";
    navigator.sendBeacon(PATH, new URLSearchParams(this.signed({ comments: "" })));
  }
}

/**
 * Say on a card that somebody looks at it, or that nobody does any longer.
 * @param {Deck} deck
 * @param {string} id
 * @param {string | null} name
 */
export function markHeld(deck, id, name) {
  const card = deck.cards.find((each) => idOf(each) === id);
  const note = card?.querySelector(".looked-at");
  if (!card || !(note instanceof HTMLElement)) return;
  if (name === null) delete card.dataset["heldBy"];
  else card.dataset["heldBy"] = name;
  note.textContent = name === null ? "" : `${name} is looking at this`;
  note.hidden = name === null;
}
