/** What the writer wants to be told by mail. Nothing is ticked for them, and nothing of it is kept. */

import { element } from "../dom.js";
import { say } from "../messages.js";

/** @import { Catalogue } from "../messages.js" */

/**
 * @typedef {object} Wish as the form has it: nothing at all without an address or without mail
 * @property {"" | "replies" | "thread"} [notify]
 * @property {"on"} [notify_decision]
 */

/**
 * @param {Catalogue} words
 * @returns {HTMLFieldSetElement} to be disabled while there is no address to write to
 */
export const notifyChoice = (words) =>
  element(
    "fieldset",
    "notify",
    element(
      "label",
      {},
      `${say(words, "notifyMe")} `,
      element(
        "select",
        { name: "notify", part: "input" },
        element("option", { value: "" }, say(words, "notifyNone")),
        element("option", { value: "replies" }, say(words, "notifyReplies")),
        element("option", { value: "thread" }, say(words, "notifyThread")),
      ),
    ),
    element("label", {}, element("input", { name: "notify_decision", type: "checkbox" }), ` ${say(words, "notifyDecision")}`),
    element("span", "quiet", say(words, "notifyNeeds")),
  );
