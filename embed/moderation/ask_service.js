/** Talking to the service: forms as a browser would send them, and its pages as documents. */

/** @import { Fields, Outcome, Problem } from "./types.js" */

const PATIENCE_MS = 15_000;
const FIRST_SERVER_FAULT = 500;

/**
 * Send a form, ask for JSON back. It goes through even if the page is left meanwhile.
 * @param {string} path
 * @param {Fields} fields
 * @returns {Promise<Outcome>}
 */
export async function post(path, fields) {
  try {
    const response = await fetch(path, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { Accept: "application/json" },
      keepalive: true,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return await read(response);
  } catch {
    return { kind: "unreachable" };
  }
}

/**
 * A page of ours, parsed by the browser as it parses every page; its scripts do not run.
 * @param {string} path
 * @returns {Promise<Document | null>} null if it cannot be had
 */
export function load(path) {
  return new Promise((resolve) => {
    const asking = new XMLHttpRequest();
    asking.open("GET", path);
    asking.responseType = "document";
    asking.timeout = PATIENCE_MS;
    asking.onloadend = () => resolve(asking.status === 200 ? asking.responseXML : null);
    asking.send();
  });
}

/**
 * @param {Response} response
 * @returns {Promise<Outcome>}
 */
async function read(response) {
  if (response.type === "opaqueredirect" || response.status === 401) return { kind: "signed_out" };
  if (response.status >= FIRST_SERVER_FAULT || response.status === 429) return { kind: "unreachable" };
  const answer = /** @type {unknown} */ (await response.json().catch(() => ({})));
  const fields = /** @type {Record<string, unknown>} */ (typeof answer === "object" && answer !== null ? answer : {});
  if (response.ok) return { kind: "done", answer: fields };
  // The form's token belongs to a session that has ended since: signing in again brings another.
  if (fields["code"] === "cross_site_request") return { kind: "signed_out" };
  return { kind: "refused", status: response.status, problem: /** @type {Problem} */ (fields) };
}
