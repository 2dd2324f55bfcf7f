/** What could not be sent for want of a connection is sent by itself as soon as there is one, as the same comment. */

import { fill } from "../dom.js";
import { say } from "../messages.js";

/** @import { CommentForm } from "../comment_form.js" */

const SHORTEST_MILLISECONDS = 5_000;
const LONGEST_MILLISECONDS = 60_000;
/** @type {WeakMap<CommentForm, number>} */
const pauses = new WeakMap();

/**
 * @param {CommentForm} form its last attempt got no answer
 */
export function sendLater(form) {
  const { attempt } = form;
  const pause = pauses.get(form) ?? SHORTEST_MILLISECONDS;
  pauses.set(form, Math.min(pause * 2, LONGEST_MILLISECONDS));
  fill(form.problem, say(form.setting.words, "notSentYet"));
  const stop = new AbortController();
  const again = () => {
    stop.abort();
    if (form.attempt === attempt && form.node.isConnected) form.node.requestSubmit();
  };
  const timer = setTimeout(again, pause);
  stop.signal.onabort = () => clearTimeout(timer);
  addEventListener("online", again, stop);
  // Other words, and another attempt by hand, are their writer's own affair.
  for (const name of ["input", "submit"]) form.node.addEventListener(name, () => stop.abort(), stop);
}
