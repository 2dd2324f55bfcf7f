/** A small form of one text under a comment: an appeal, an edit, a report. */

import { button, element } from "../dom.js";
import { FormField } from "../form_field.js";
import { explain, say } from "../messages.js";
import { tell } from "./tell.js";

/** @import { Child } from "../dom.js" */
/** @import { Conversation } from "../conversation.js" */
/** @import { MessageKey } from "../messages.js" */

/**
 * @typedef {object} WordsForm
 * @property {MessageKey} label
 * @property {MessageKey} send what its button says
 * @property {number} most characters
 * @property {string} [words] what stands in it at first
 * @property {Child} [before] stands above the text
 * @property {boolean} [isOptional]
 */

/**
 * Open it under a comment, and send what is written there.
 * @param {Conversation} at
 * @param {string} id of the comment
 * @param {WordsForm} about
 * @param {(words: string) => Promise<MessageKey>} send what is told of it; throws a ServiceError
 */
export function openForm(at, id, { label, send: sendLabel, most, words = "", before, isOptional = false }, send) {
  const field = new FormField("body", say(at.words, label), !isOptional);
  field.value = words;
  if (most < Infinity) field.control.maxLength = most;
  const sender = element("button", "submit-button", element("span", {}, say(at.words, sendLabel)));
  const cancel = button("cancel-button link", say(at.words, "cancelIt"), () => leaveForm(at, id));
  const form = element("form", {}, before, field.node, element("div", "buttons", sender, cancel));
  // A button that is disabled loses the focus, and a screen reader begins with the page's title again.
  let isSending = false;
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      const told = await send(field.value);
      at.draw();
      leaveForm(at, id);
      tell(at, told);
    } catch (error) {
      field.showError(explain(at.words, /** @type {any} */ (error)));
      field.focus();
    } finally {
      isSending = false;
    }
  };
  at.view.view(id)?.holdForm(form);
  /** @type {HTMLElement | null} */ (form.querySelector("select, textarea"))?.focus();
}

/**
 * Take away what stands under a comment; the keyboard goes on there.
 * @param {Conversation} at
 * @param {string} id
 */
export function leaveForm(at, id) {
  const view = at.view.view(id);
  view?.focus(false);
  view?.holdForm(null);
}
