/** The calls that readers make for comments of their own, and about others'. */

import { call, ServiceError } from "../ask_service.js";
import { field, list, readComment, textIn } from "../wire.js";

/** @import { Comment, Place } from "../types.js" */

/** @param {unknown} value @param {Record<string, string>} [headers] besides the usual one */
const json = (value, headers = {}) => ({
  method: "POST",
  body: JSON.stringify(value),
  headers: { "Content-Type": "application/json", ...headers },
});

/** @param {string} base @param {string} id of a comment @param {string} [what] below it */
const about = (base, id, what = "") => `${base}/api/v1/comments/${id}${what}`;

/** @param {string | undefined} receipt */
const proven = (receipt) => ({ Authorization: `Bearer ${receipt}` });

/**
 * A signed note of when the form was opened.
 * @param {Place} place
 * @returns {Promise<string | null>}
 */
export async function askFormToken({ base, site }) {
  return textIn(await call(`${base}/api/v1/form?${new URLSearchParams({ site })}`, { cache: "no-store" }), "token");
}

/**
 * Send a comment.
 * @param {string} base
 * @param {{ submission: string, key: string }} attempt JSON, byte for byte the same when it is sent again; the same
 *   key posts once, however often it is sent
 * @returns {Promise<{ comment: Comment, receipt: string | null }>}
 */
export async function sendComment(base, { submission, key }) {
  const request = { ...json(null, { "Idempotency-Key": key }), body: submission };
  const answer = await call(`${base}/api/v1/comments`, request);
  const comment = readComment(field(answer, "comment"));
  if (comment === null) throw new ServiceError();
  return { comment, receipt: textIn(answer, "receipt") };
}

/**
 * What became of one's own comments.
 * @param {string} base
 * @param {string[]} receipts at most 100
 * @param {AbortSignal} [signal]
 * @returns {Promise<(Comment | null)[]>} in the same order; null for what no longer exists
 */
export async function askReceipts(base, receipts, signal) {
  const answer = await call(`${base}/api/v1/receipts`, { ...(signal && { signal }), ...json({ receipts }) });
  return list(field(answer, "comments")).map(readComment);
}

/**
 * Ask for a second look at one's own comment.
 * @param {string} base
 * @param {string} id
 * @param {string | undefined} receipt
 * @param {string} why
 */
export const sendAppeal = (base, id, receipt, why) => call(about(base, id, "/appeals"), json({ text: why }, proven(receipt)));

/**
 * @param {string} base
 * @param {string} id
 * @param {string | undefined} receipt
 * @param {string} body
 * @returns {Promise<Comment | null>} as it is now
 */
export const sendEdit = async (base, id, receipt, body) =>
  readComment(field(await call(about(base, id), { ...json({ body }, proven(receipt)), method: "PATCH" }), "comment"));

/**
 * Delete one's own comment for good.
 * @param {string} base
 * @param {string} id
 * @param {string | undefined} receipt
 */
export const sendDeletion = (base, id, receipt) => call(about(base, id), { method: "DELETE", headers: proven(receipt) });

/**
 * @param {string} base
 * @param {string} id
 * @param {string} reader made by this device for this comment alone
 * @param {boolean} liked false takes it back
 * @returns {Promise<number>} likes that the comment has now
 */
export async function sendLike(base, id, reader, liked) {
  return Number(field(await call(about(base, id, "/likes"), json({ reader, liked })), "likes"));
}

/**
 * @param {string} base
 * @param {string} id
 * @param {{ reader: string, reason: string, text?: string | undefined }} report
 */
export const sendReport = (base, id, report) => call(about(base, id, "/reports"), json(report));

/**
 * @param {string} base
 * @param {string} site
 * @param {string} body
 * @returns {Promise<unknown[]>} tree of what would be shown
 */
export const askPreview = async (base, site, body) => list(field(await call(`${base}/api/v1/preview`, json({ site, body })), "tree"));
