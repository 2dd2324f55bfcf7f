/** The sentences that moderators read and hear. */

/** @import { Decided, Decision, Problem, Status } from "./types.js" */

/** Around what it was done to. @type {Record<Decision, readonly [string, string]>} */
const DID = {
  approve: ["Approved ", ""],
  reject: ["Rejected ", ""],
  mark_spam: ["Marked ", " as spam"],
  delete: ["Deleted ", ""],
  restore: ["Put ", " back into the queue"],
};

/** The same as something to do. @type {Record<Decision, readonly [string, string]>} */
const DO = {
  approve: ["Approve ", ""],
  reject: ["Reject ", ""],
  mark_spam: ["Mark ", " as spam"],
  delete: ["Delete ", ""],
  restore: ["Put ", " back into the queue"],
};

/** @type {Record<Status, string>} */
const STANDS = {
  pending: "waiting",
  approved: "approved",
  rejected: "rejected",
  spam: "marked as spam",
  deleted: "deleted",
};

/**
 * ``the comment by Ada``, ``3 comments``.
 * @param {number} count
 * @param {string} name of the only one's author
 */
export function whatIn(count, name) {
  return count === 1 ? `the comment by ${name}` : `${count} comments`;
}

/**
 * ``Rejected the comment by Ada.``
 * @param {Decision} decision
 * @param {number} count
 * @param {string} name
 */
export function did(decision, count, name) {
  return `${around(decision, whatIn(count, name))}.`;
}

/**
 * ``Mark all 7 as spam``, for a button.
 * @param {Decision} decision
 * @param {number} count
 */
export function doAll(decision, count) {
  return DO[decision].join(`all ${count}`);
}

/**
 * ``Ben approved this a moment ago.``
 * @param {Decided} decided
 */
export function decidedFirst(decided) {
  const { status, decision, moderator } = decided;
  if (!status && !decision) return "Its writer has changed it meanwhile.";
  if (!isDecision(decision)) return `This is ${STANDS[status]} by now.`;
  const words = around(decision, "this");
  return `${moderator ?? "The site’s policy"} ${words.charAt(0).toLowerCase()}${words.slice(1)} a moment ago.`;
}

/**
 * Why a decision did not happen.
 * @param {Problem} problem
 * @param {string} name of the comment's author
 */
export function refusal(problem, name) {
  if (problem.decided) return `Nothing was changed on the comment by ${name}. ${decidedFirst(problem.decided)}`;
  return `The comment by ${name} was not decided. ${problem.detail ?? "The service refused."}`;
}

/**
 * ``17``; ``999+`` for what was not counted further.
 * @param {number} count
 * @param {number} upTo
 */
export function countInWords(count, upTo) {
  return count >= upTo ? `${(upTo - 1).toLocaleString("en")}+` : count.toLocaleString("en");
}

/** @param {number} count decisions not sent yet */
export function unreachable(count) {
  const what = count === 1 ? "One decision waits" : `${count} decisions wait`;
  return `The service cannot be reached. ${what} here and will be sent as soon as it can.`;
}

/** @param {number} count decisions not sent yet */
export function signedOut(count) {
  const what = count === 1 ? "one decision waits" : `${count} decisions wait`;
  return `You are signed out; ${what} here. Sign in in a new tab, then send again.`;
}

/**
 * @param {Decision} decision
 * @param {string} what
 */
function around(decision, what) {
  return DID[decision].join(what);
}

/**
 * @param {string | null | undefined} word
 * @returns {word is Decision}
 */
export function isDecision(word) {
  return typeof word === "string" && Object.hasOwn(DID, word);
}
