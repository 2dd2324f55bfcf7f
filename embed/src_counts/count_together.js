/** Counts of many elements, asked for together once the page stands. */

import { ask } from "./ask.js";
import { groupRequests } from "./group_requests.js";

/** @typedef {{ place: { site: string, address: string }, show: (count: number) => void }} Wish */

/** By who wishes. @type {Map<object, Wish>} */
const waiting = new Map();

/** @param {object} who one wish each; a later one takes its place @param {Wish} wish */
export function count(who, wish) {
  if (!waiting.size) void whenPageStands().then(askAll);
  waiting.set(who, wish);
}

/** @param {object} who no longer wants to know */
export const forget = (who) => void waiting.delete(who);

/** Until the parser is through; later, until what is being done to the page is done. @returns {Promise<unknown>} */
function whenPageStands() {
  return new Promise((done) => {
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", done, { once: true });
    else setTimeout(done);
  });
}

async function askAll() {
  const wishes = [...waiting.values()];
  waiting.clear();
  await Promise.all(groupRequests(wishes.map(({ place }) => place)).map((query) => askSome(query, wishes)));
}

/** @param {string} query @param {Wish[]} wishes */
async function askSome(query, wishes) {
  const answer = await ask(`/api/v1/counts?${query}`);
  const site = new URLSearchParams(query).get("site");
  for (const { place, show } of wishes) {
    const found = answer?.counts?.[place.address];
    if (place.site === site && Number.isSafeInteger(found)) show(found);
  }
}
