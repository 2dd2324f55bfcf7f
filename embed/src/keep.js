/**
 * What is kept on the reader's device: words not yet posted, and receipts of what was. Written only after the
 * reader acted; never a name or an e-mail address. Without storage everything works until the page is left.
 */

import { list, text, textIn } from "./wire.js";

/**
 * @typedef {object} Draft
 * @property {string} words
 * @property {string | null} key Idempotency-Key these words were sent with and not answered
 * @property {boolean} isOpen whether the form was left open
 *
 * @typedef {object} Receipt
 * @property {string} id of the comment
 * @property {string} receipt
 * @property {boolean} isSettled approved and seen, so there is nothing to ask any more
 */

const MOST_RECEIPTS = 100;

export class Keep {
  /** What this page wrote, whether or not the device took it. @type {Map<string, unknown>} */
  #memory = new Map();
  /** @type {(parent: string | null | undefined) => string} */
  #draftName;
  #receiptsName;
  #proofName;
  #isOn;

  /**
   * @param {string} scope site and thread, with a colon between
   * @param {boolean} isOn whether the device's storage may be used
   */
  constructor(scope, isOn) {
    this.#draftName = (parent) => `commentsvc:draft:${scope}:${parent ?? ""}`;
    this.#receiptsName = `commentsvc:receipts:${scope}`;
    this.#proofName = `commentsvc:proof:${scope.split(":")[0]}`;
    this.#isOn = isOn;
  }

  /**
   * @param {string | null | undefined} parent the comment replied to; none for the form under the thread
   * @returns {Draft | null}
   */
  draft(parent) {
    const kept = this.#read(this.#draftName(parent));
    return textIn(kept, "words") ? /** @type {Draft} */ (kept) : null;
  }

  /**
   * @param {string | null | undefined} parent
   * @param {Draft | null} draft null, or one without words, forgets it
   */
  saveDraft(parent, draft) {
    this.#write(this.#draftName(parent), draft?.words ? draft : null);
  }

  /** @returns {Receipt[]} oldest first, at most 100 */
  receipts() {
    const kept = list(this.#read(this.#receiptsName));
    return /** @type {Receipt[]} */ (kept.filter((each) => textIn(each, "receipt")));
  }

  /** @param {Receipt[]} receipts */
  saveReceipts(receipts) {
    this.#write(this.#receiptsName, receipts.length ? receipts.slice(-MOST_RECEIPTS) : null);
  }

  /** A receipt of this reader's on the same site, approved if there is one: shows that the same author writes again. */
  get proof() {
    return text(this.#read(this.#proofName));
  }

  set proof(receipt) {
    this.#write(this.#proofName, receipt);
  }

  /** @param {string} name @returns {unknown} */
  #read(name) {
    if (this.#memory.has(name) || !this.#isOn) return this.#memory.get(name);
    try {
      return JSON.parse(/** @type {string} */ (localStorage.getItem(name)));
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {unknown} value null removes it */
  #write(name, value) {
    this.#memory.set(name, value);
    if (!this.#isOn) return;
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Blocked or full: the page's memory has it.
    }
  }
}
