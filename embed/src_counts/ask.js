/** Calls to the service: no cookie goes along, no address of the page leaks. */

import { TAG } from "./tag.js";

const PATIENCE_MILLISECONDS = 30_000;

/**
 * @param {string} path with its query
 * @returns {Promise<any>} null if nothing came that can be read
 */
export async function ask(path) {
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  try {
    const response = await fetch(TAG.service + path, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
