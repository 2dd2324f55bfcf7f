/** A decision over a whole search: one press carries it out to its end, or until somebody stops it. */

import { button, fill } from "../src/dom.js";
import { post } from "./ask_service.js";

const TROUBLE = {
  signed_out: "You are signed out. Sign in in another tab, then load this page again.",
  unreachable: "The service cannot be reached. What is done stays done; go on when it can.",
};

/** @param {HTMLElement} place the run on its own page; its forms do a portion each */
export function carryOut(place) {
  for (const each of place.querySelectorAll("[data-whole]")) each.textContent = each.getAttribute("data-whole");
  place.addEventListener("submit", (event) => {
    event.preventDefault();
    void goThrough(place, /** @type {HTMLFormElement} */ (event.target));
  });
}

/**
 * Portion after portion; then the page tells, in its own words, how far the run has come.
 * @param {HTMLElement} place
 * @param {HTMLFormElement} form
 */
async function goThrough(place, form) {
  let stopped = false;
  const ways = /** @type {HTMLElement} */ (place.querySelector(".decisions"));
  const earlier = [...ways.children];
  const stop = button({}, "Stop", () => {
    stopped = true;
  });
  fill(ways, stop);
  stop.focus();
  const path = form.getAttribute("action") ?? "";
  const fields = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
  for (let back = 0; ; ) {
    const outcome = await post(path, fields);
    if (outcome.kind === "signed_out" || outcome.kind === "unreachable") {
      tell(place, TROUBLE[outcome.kind]);
      fill(ways, ...earlier);
      form.querySelector("button")?.focus();
      return;
    }
    const answer = outcome.kind === "done" ? outcome.answer : { is_finished: true };
    back += Number(answer["back"] ?? 0);
    if (stopped || answer["is_finished"] === true) {
      location.assign(String(answer["page"] ?? place.dataset["run"]));
      return;
    }
    tell(place, path.endsWith("/undo") ? `${number(back)} back where they were.` : progress(place, answer));
  }
}

/**
 * @param {HTMLElement} place
 * @param {Record<string, unknown>} answer
 */
function progress(place, answer) {
  const done = Number(answer["done"]);
  const through = done + Number(answer["skipped"]);
  const bar = place.querySelector("progress");
  if (bar) bar.value = through;
  return `${number(done)} done, ${number(Number(answer["total"]) - through)} to go.`;
}

/** @param {HTMLElement} place @param {string} sentence */
function tell(place, sentence) {
  const status = place.querySelector("[role=status]");
  if (status) status.textContent = sentence;
}

/** @param {number} count */
function number(count) {
  return count.toLocaleString("en");
}
