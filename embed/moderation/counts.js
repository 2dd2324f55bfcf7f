/** The numbers beside the lists and in the title. */

import { countInWords } from "./words.js";

/**
 * Show how many stand in each list.
 * @param {unknown} counts as the service tells them; what is not a number is left as it is
 */
export function showCounts(counts) {
  if (typeof counts !== "object" || counts === null) return;
  for (const [status, count] of Object.entries(counts)) {
    if (typeof count !== "number") continue;
    for (const place of document.querySelectorAll(`[data-count="${CSS.escape(status)}"]`)) show(place, count);
  }
}

/**
 * @param {Element} place
 * @param {number} count
 */
function show(place, count) {
  const nav = place.closest("[data-up-to]");
  const words = countInWords(count, Number(nav?.getAttribute("data-up-to") ?? Infinity));
  if (place.textContent === words) return;
  place.textContent = words;
  if (place.closest('[aria-current="page"]')) document.title = document.title.replace(/\([\d,+]*\)/, `(${words})`);
}
