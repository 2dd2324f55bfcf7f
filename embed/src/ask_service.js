/** The calls to the service (version 1 of its HTTP contract). No cookie goes along, no address of the page leaks. */

import { readReplies, readThread, textIn } from "./wire.js";

/** @import { Place, ReplyPage, ThreadPage } from "./types.js" */

/** Anything that kept a call from succeeding. */
export class ServiceError extends Error {
  /**
   * @param {Response} [response] none if no answer came
   * @param {unknown} [answer] RFC 9457, if the service itself answered
   */
  constructor(response, answer) {
    super();
    this.response = response;
    this.answer = answer;
    this.code = textIn(answer, "code") ?? (response ? "unreadable" : "unreachable");
    /** A sentence for the reader. */
    this.title = textIn(answer, "title");
  }
}

/**
 * @param {string} base
 * @param {string} path
 * @param {Record<string, string | null>} parameters null is left out
 */
export function serviceUrl(base, path, parameters) {
  const given = /** @type {[string, string][]} */ (Object.entries(parameters).filter(([, value]) => value !== null));
  return `${base}${path}?${new URLSearchParams(given)}`;
}

/**
 * @param {Place} place
 * @returns {Record<string, string | null>} the thread's address as parameters
 */
const address = ({ site, url, threadId }) => ({ site, url, id: threadId });

/**
 * One page of a thread.
 * @param {Place} place
 * @param {{ after?: string | null, signal: AbortSignal }} options
 * @returns {Promise<ThreadPage>}
 */
export async function askThread(place, { after = null, signal }) {
  const url = serviceUrl(place.base, "/api/v1/thread", { ...address(place), sort: place.sort, after, body: "tree" });
  // To another origin that sends no cookie either, and it is how a browser asks for what the page preloads.
  const credentials = place.base === location.origin ? "omit" : "same-origin";
  // The browser asks each time and is mostly told that nothing has changed; caches on the way answer for us.
  return readThread(await call(url, { signal, cache: "no-cache", credentials }));
}

/**
 * Further replies of one root, oldest first.
 * @param {string} base
 * @param {string} comment id of the root
 * @param {string | null} after
 * @param {AbortSignal} signal
 * @returns {Promise<ReplyPage>}
 */
export async function askReplies(base, comment, after, signal) {
  return readReplies(await call(serviceUrl(base, "/api/v1/replies", { comment, after, body: "tree" }), { signal }));
}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @param {number} [patienceMilliseconds]
 * @returns {Promise<unknown>} the answer's JSON
 * @throws {ServiceError}
 */
export async function call(url, options, patienceMilliseconds = 30_000) {
  const patience = AbortSignal.timeout(patienceMilliseconds);
  const signal = options.signal ? AbortSignal.any([patience, options.signal]) : patience;
  const response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", ...options, signal }).catch(() => undefined);
  const answer = await response?.json().catch(() => null);
  if (!response?.ok || !answer) throw new ServiceError(response, answer);
  return answer;
}
