/**
 * What is kept on the reader's device: words not yet posted, receipts of what was, what they liked; their name if they
 * want that. Written only after the reader acted; never an e-mail address. Without storage everything works until the page is left.
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

export class Keep {
  /** What this page wrote, whether or not the device took it. @type {Map<string, unknown>} */
  #memory = new Map();
  #scope;
  receiptsName;
  likesName;
  isOn;

  /**
   * @param {string} scope site and thread, with a colon between
   * @param {boolean} isOn whether the device's storage may be used
   */
  constructor(scope, isOn) {
    this.#scope = scope;
    this.receiptsName = `commentsvc:receipts:${scope}`;
    this.likesName = `commentsvc:likes:${scope}`;
    this.isOn = isOn;
  }

  /** @param {string | null | undefined} parent */
  #draftName(parent) {
    return `commentsvc:draft:${this.#scope}:${parent ?? ""}`;
  }

  /**
   * @param {string | null | undefined} parent the comment replied to; none for the form under the thread
   * @returns {Draft | null}
   */
  draft(parent) {
    const kept = this.read(this.#draftName(parent));
    return textIn(kept, "words") ? /** @type {Draft} */ (kept) : null;
  }

  /**
   * @param {string | null | undefined} parent
   * @param {Draft | null} draft null, or one without words, forgets it
   */
  saveDraft(parent, draft) {
    this.write(this.#draftName(parent), draft?.words ? draft : null);
  }

  /** @returns {Receipt[]} oldest first, at most 100 */
  receipts() {
    return this.receiptsAt(this.receiptsName);
  }

  /** @param {string} place name they are kept under @returns {Receipt[]} */
  receiptsAt(place) {
    const kept = list(this.read(place));
    return /** @type {Receipt[]} */ (kept.filter((each) => textIn(each, "receipt")));
  }

  /** What this reader liked: random marks by comment. @returns {Record<string, string>} */
  likes() {
    const kept = this.read(this.likesName);
    return /** @type {Record<string, string>} */ (kept instanceof Object ? { ...kept } : {});
  }

  /** The reader's name, if it is to be remembered. */
  get name() {
    return text(this.read(`commentsvc:name:${this.#scope.split(":")[0]}`));
  }

  /** When a reader who takes part here last saw the thread, in milliseconds; 0 if that was never noted. */
  get seen() {
    return Number(this.read(`commentsvc:seen:${this.#scope}`)) || 0;
  }

  set seen(at) {
    if (this.receipts().length || Object.keys(this.likes()).length) this.write(`commentsvc:seen:${this.#scope}`, at);
  }

  /** @param {string} name @returns {unknown} */
  read(name) {
    if (this.#memory.has(name) || !this.isOn) return this.#memory.get(name);
    try {
      return JSON.parse(/** @type {string} */ (localStorage.getItem(name)));
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {unknown} value null removes it */
  write(name, value) {
    this.#memory.set(name, value);
    if (!this.isOn) return;
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Blocked or full: the page's memory has it.
    }
  }
}
