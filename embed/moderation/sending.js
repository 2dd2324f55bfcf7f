/** Decisions on their way to the service: one after the other, in order, and never dropped. */

/** @import { Done, Fields, Outcome, Refused, Trouble } from "./types.js" */

/**
 * @typedef {object} Letter something to send
 * @property {string} path
 * @property {() => Fields | null} fields read when it is sent; null: there is nothing to send any more
 * @property {(outcome: Done | Refused, attempts: number) => void} settle
 *
 * @typedef {object} Post
 * @property {(path: string, fields: Fields) => Promise<Outcome>} post
 * @property {(trouble: Trouble["kind"] | null, waiting: number) => void} tell when sending gets stuck, and when it goes on
 */

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export class Sending {
  /** @type {Letter[]} */
  #waiting = [];
  /** @type {Trouble["kind"] | null} */
  #trouble = null;
  #isRunning = false;
  /** @type {(() => void) | null} */
  #goOn = null;

  /** @param {Post} post */
  constructor(post) {
    this.post = post;
  }

  /** How many have not been answered. */
  get waiting() {
    return this.#waiting.length;
  }

  /** Would something be lost if the page were left now? What is under way arrives by itself. */
  get isAtRisk() {
    return this.#waiting.length > (this.#trouble === null ? 1 : 0);
  }

  /** @param {Letter} letter */
  add(letter) {
    this.#waiting.push(letter);
    if (this.#trouble !== null) this.post.tell(this.#trouble, this.waiting);
    if (!this.#isRunning) void this.#run();
  }

  /** Do not wait any longer: the network is back, or somebody has signed in. */
  tryAgain() {
    this.#goOn?.();
  }

  async #run() {
    this.#isRunning = true;
    for (let letter = this.#waiting[0]; letter; letter = this.#waiting[0]) await this.#deliver(letter);
    this.#isRunning = false;
  }

  /** @param {Letter} letter */
  async #deliver(letter) {
    for (let attempts = 1; ; attempts += 1) {
      const fields = letter.fields();
      if (fields === null) break;
      const outcome = await this.post.post(letter.path, fields);
      if (outcome.kind === "done" || outcome.kind === "refused") {
        this.#waiting.shift();
        this.#become(null);
        letter.settle(outcome, attempts);
        return;
      }
      this.#become(outcome.kind);
      await this.#pause(attempts);
    }
    this.#waiting.shift();
  }

  /** @param {Trouble["kind"] | null} trouble */
  #become(trouble) {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.post.tell(trouble, this.waiting);
  }

  /**
   * Twice as long each time; who is signed out is waited for.
   * @param {number} attempts
   * @returns {Promise<void>}
   */
  #pause(attempts) {
    return new Promise((resolve) => {
      const patience = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
      const timer = this.#trouble === "unreachable" ? setTimeout(resolve, patience) : undefined;
      this.#goOn = () => (clearTimeout(timer), resolve());
    });
  }
}
