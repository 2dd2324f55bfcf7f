/** Where a moderator works: cards, decisions, what was decided last, and what to do when something fails. */

import { button, element } from "../src/dom.js";
import { load, post } from "./ask_service.js";
import { Choice, idsOf } from "./choice.js";
import { Claims } from "./claims.js";
import { showCounts } from "./counts.js";
import { Deck, idOf, isHeld, nameOf, statusOf } from "./deck.js";
import { More, loadCard } from "./more.js";
import { Sending } from "./sending.js";
import { Told } from "./told.js";
import { decidedFirst, did, refusal, signedOut, unreachable, whatIn } from "./words.js";

/** @import { Decided, Decision, Done, Fields, Refused, Trouble } from "./types.js" */

/**
 * @typedef {object} Act a decision on one or several cards, as it was made here
 * @property {HTMLElement[]} cards
 * @property {number} count of comments; more than cards if some are on other pages
 * @property {Decision} decision
 * @property {string | null} batch for undoing; null until the service has answered
 */

export class Desk {
  /** @type {Act[]} the last one last */
  #acts = [];
  /** @type {string} */
  #token;

  /** @param {HTMLElement} list what holds the cards */
  constructor(list) {
    this.list = list;
    this.#token = tokenIn(document);
    this.told = new Told(/** @type {HTMLElement} */ (list.closest("main")));
    this.deck = new Deck(list, () => this.claims?.later());
    this.choice = new Choice(this.deck, (count) => showSelected(count));
    this.sending = new Sending({ post, tell: (trouble, waiting) => this.#tellTrouble(trouble, waiting) });
    this.claims = new Claims(this.deck, (fields) => this.signed(fields), post);
    this.more = new More(this.deck);
    this.more.onCame = () => this.settle();
    this.deck.choose(this.deck.cards.find((card) => !isHeld(card)) ?? this.deck.cards[0] ?? null);
    this.more.fetchIfFew();
  }

  /**
   * Decide on what is selected, else on the current card.
   * @param {Decision} decision
   */
  decide(decision) {
    const selected = this.choice.cards;
    const cards = selected.length > 0 ? selected : this.deck.current ? [this.deck.current] : [];
    if (cards.length > 0) this.decideOn(cards, decision);
  }

  /**
   * @param {HTMLElement[]} cards
   * @param {Decision} decision
   */
  decideOn(cards, decision) {
    const [first] = cards;
    if (!first) return;
    if (cards.some((card) => !mayBe(card, decision))) {
      this.told.say("That is not possible here.");
      return;
    }
    if (cards.length > 1) this.#send(cards, decision, "/moderation/decisions", { ...this.#about(cards), decision });
    else this.#send(cards, decision, ...formOf(first, decision));
  }

  /**
   * Decide on all comments that are like a card's, those on other pages included.
   * @param {HTMLElement} card
   * @param {Decision} decision
   * @param {{ path: string, fields: Fields, count: number }} like
   */
  decideLike(card, decision, { path, fields: alike, count }) {
    const fields = { ...alike, decision, seen: statusOf(card) };
    this.#send([card], decision, path, fields, count);
  }

  /** Take the last decision back. */
  undo() {
    const act = this.#acts.pop();
    const [first] = act?.cards ?? [];
    if (!act || !first) {
      this.told.say("There is nothing to undo.");
      return;
    }
    for (const card of act.cards) this.deck.putBack(card);
    this.deck.choose(first, true);
    this.settle();
    this.told.hide();
    this.told.say(`Undone: ${whatIn(act.count, nameOf(first))}.`);
    this.sending.add({
      path: "/moderation/undo",
      fields: () => (act.batch === null ? null : this.signed({ batch: act.batch })),
      settle: (outcome) => this.#undone(act, outcome),
    });
  }

  /**
   * Somebody has decided: a card that is not being read goes, the current one stays and says so.
   * @param {string} id
   * @param {Decided} decided
   */
  async hearDecision(id, decided) {
    const card = this.deck.find(id);
    if (decided.status === this.list.dataset["status"]) {
      if (!card && !this.#isOurs(id)) await this.bring(id);
      return;
    }
    if (!card) return;
    if (card !== this.deck.current) {
      this.deck.steadily(() => this.deck.takeOut([card]));
      this.settle();
    } else if (statusOf(card) !== decided.status) {
      await this.#renew(card, decidedFirst(decided));
      this.told.say(decidedFirst(decided));
    }
  }

  /** Fetch one card and put it where it belongs: where it was, or at the end. @param {string} id */
  async bring(id) {
    const card = await loadCard(id);
    if (!card || this.deck.find(id) || this.#isOurs(id) || !this.#belongs(card)) return;
    if (this.deck.knows(id)) this.deck.putBack(card);
    else this.deck.append([card]);
    this.settle();
  }

  /** Set right what depends on which cards there are. */
  settle() {
    const [first] = this.deck.cards;
    const empty = this.list.querySelector("[data-end]");
    const isEmpty = !first && this.more.isAtEnd;
    if (empty instanceof HTMLElement) {
      const wasFocused = document.activeElement === empty || document.activeElement === document.body;
      empty.hidden = !isEmpty;
      if (isEmpty && wasFocused) empty.focus(); // which reads it out
      if (first && !this.deck.current) this.deck.choose(first, wasFocused || document.activeElement === document.body);
    }
    this.choice.tell();
    this.more.fetchIfFew();
  }

  /** Counts of all sites say nothing on a page of one. @param {unknown} counts */
  showCounts(counts) {
    if (!this.list.dataset["site"]) showCounts(counts);
  }

  /** @param {Fields} fields @returns {Fields} with what every form of ours carries */
  signed(fields) {
    return { ...fields, csrf_token: this.#token };
  }

  /**
   * Show the decision as done, and send it.
   * @param {HTMLElement[]} cards
   * @param {Decision} decision
   * @param {string} path
   * @param {Fields} fields
   * @param {number} [count]
   */
  #send(cards, decision, path, fields, count = cards.length) {
    /** @type {Act} */
    const act = { cards, count, decision, batch: null };
    this.#acts.push(act);
    this.choice.set(cards, false);
    this.deck.takeOut(cards);
    this.#tellDone(act);
    this.settle();
    this.sending.add({
      path,
      fields: () => this.signed(fields),
      settle: (outcome, attempts) => this.#decided(act, outcome, attempts),
    });
  }

  /**
   * @param {Act} act
   * @param {Done | Refused} outcome
   * @param {number} attempts
   */
  #decided(act, outcome, attempts) {
    if (outcome.kind === "done") {
      act.batch = typeof outcome.answer["batch"] === "string" ? outcome.answer["batch"] : null;
      this.showCounts(outcome.answer["counts"]);
      this.#takeBackSkipped(act, outcome.answer["skipped"]);
      this.#tellHowMany(act, outcome.answer["decided"]);
      return;
    }
    this.#acts = this.#acts.filter((each) => each !== act);
    const { decided } = outcome.problem;
    // Sent twice because the first answer was lost on its way: it is as it was meant to be.
    if (attempts > 1 && decided?.decision === act.decision) return;
    for (const card of act.cards) void this.#bringBack(card, decided ? decidedFirst(decided) : null);
    this.told.hide();
    this.told.trouble(refusal(outcome.problem, nameOf(/** @type {HTMLElement} */ (act.cards[0]))));
  }

  /** @param {Act} act @param {unknown} skipped */
  #takeBackSkipped(act, skipped) {
    if (!Array.isArray(skipped) || skipped.length === 0) return;
    for (const each of /** @type {Array<Decided & { id: string }>} */ (skipped)) {
      const card = act.cards.find((mine) => idOf(mine) === each.id);
      if (card) void this.#bringBack(card, decidedFirst(each));
    }
    this.told.trouble(`${skipped.length} of ${act.count} had been decided or changed by somebody else; they were left as they are.`);
  }

  /** Like comments that are on this page go too, and there may be more or fewer than the card said. @param {Act} act @param {unknown} ids */
  #tellHowMany(act, ids) {
    if (!Array.isArray(ids)) return;
    const gone = this.deck.cards.filter((card) => ids.includes(idOf(card)) && this.#acts.includes(act));
    act.cards.push(...gone);
    this.deck.takeOut(gone);
    const isOther = ids.length !== act.count;
    act.count = ids.length;
    if (isOther && this.#acts.at(-1) === act) this.#tellDone(act);
    this.settle();
  }

  /** @param {Act} act */
  #tellDone({ decision, count, cards }) {
    this.told.done(did(decision, count, nameOf(/** @type {HTMLElement} */ (cards[0]))), () => this.undo());
  }

  /** @param {Act} act @param {Done | Refused} outcome */
  #undone(act, outcome) {
    if (outcome.kind === "done") {
      this.showCounts(outcome.answer["counts"]);
      this.#renewSkipped(act, outcome.answer["skipped"]);
      return;
    }
    const name = nameOf(/** @type {HTMLElement} */ (act.cards[0]));
    this.told.trouble(`Not undone. ${refusal(outcome.problem, name)}`);
    for (const card of act.cards) void this.#renew(card, null);
  }

  /** What somebody else has decided on since stays as they decided. @param {Act} act @param {unknown} skipped */
  #renewSkipped(act, skipped) {
    if (!Array.isArray(skipped) || skipped.length === 0) return;
    for (const each of /** @type {Array<Decided & { id: string }>} */ (skipped)) {
      const card = act.cards.find((mine) => idOf(mine) === each.id);
      if (card) void this.#renew(card, decidedFirst(each));
    }
    this.told.trouble(`${skipped.length} of ${act.count} had been decided again by somebody else; not undone.`);
  }

  /**
   * A card that was taken out too early.
   * @param {HTMLElement} card
   * @param {string | null} note
   */
  async #bringBack(card, note) {
    this.deck.putBack(card);
    this.settle();
    await this.#renew(card, note);
  }

  /**
   * Show a card as it is now, with a note on what has happened to it.
   * @param {HTMLElement} card
   * @param {string | null} note
   */
  async #renew(card, note) {
    const fresh = (await loadCard(idOf(card))) ?? card;
    if (fresh !== card && card.isConnected) this.deck.exchange(card, fresh);
    const place = fresh.querySelector(".happened");
    if (note === null || !(place instanceof HTMLElement)) return;
    place.textContent = note;
    place.hidden = false;
  }

  /** @param {Trouble["kind"] | null} trouble @param {number} waiting */
  #tellTrouble(trouble, waiting) {
    if (trouble === null) this.told.calm();
    else if (trouble === "unreachable") this.told.trouble(unreachable(waiting), this.#again("Send now"));
    else this.told.trouble(signedOut(waiting), signInLink(), this.#again("Send again"));
  }

  /** @param {string} label */
  #again(label) {
    return button({}, label, () => void this.#tryAgain());
  }

  /** A new session has another token for its forms. */
  async #tryAgain() {
    const page = await load("/moderation");
    const token = page && tokenIn(page);
    if (token) this.#token = token;
    this.sending.tryAgain();
  }

  /** @param {HTMLElement[]} cards @returns {Fields} */
  #about(cards) {
    return { comments: idsOf(cards), seen: statusOf(/** @type {HTMLElement} */ (cards[0])) };
  }

  /** Is this the list that the card stands in? @param {HTMLElement} card */
  #belongs(card) {
    const { status, site } = this.list.dataset;
    return statusOf(card) === status && (!site || card.dataset["site"] === site);
  }

  /** Is there a decision of ours on it that nobody has taken back? @param {string} id */
  #isOurs(id) {
    return this.#acts.some((act) => act.cards.some((card) => idOf(card) === id && !card.isConnected));
  }
}

/** Is the decision among the card's buttons? @param {HTMLElement} card @param {Decision} decision */
function mayBe(card, decision) {
  return card.querySelector(`.decisions button[value="${decision}"]`) !== null;
}

/**
 * What pressing the card's button would send.
 * @param {HTMLElement} card
 * @param {Decision} decision
 * @returns {[path: string, fields: Fields]}
 */
function formOf(card, decision) {
  const form = /** @type {HTMLFormElement} */ (card.querySelector("form.decide"));
  const written = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return [form.getAttribute("action") ?? "", { ...Object.fromEntries(written), decision }];
}

/** @param {number} count */
function showSelected(count) {
  const place = document.querySelector(".bulk .selected");
  if (place) place.textContent = `${count} selected`;
}

/** The token of a page's forms. @param {Document} page */
function tokenIn(page) {
  return page.querySelector("input[name=csrf_token]")?.getAttribute("value") ?? "";
}

/** Signing in in another tab keeps what waits here. */
function signInLink() {
  return element("a", { class: "button", href: "/moderation/sign-in", target: "_blank", rel: "noopener" }, "Sign in");
}
