/** The small form under one's own comment that was not approved: asks the moderators, once, to look again. */

import { element } from "./dom.js";
import { FormField } from "./form_field.js";
import { explain, say } from "./messages.js";

/** @import { Catalogue } from "./messages.js" */

const LONGEST_APPEAL = 1000;

/**
 * @param {Catalogue} words
 * @param {(why: string) => Promise<void>} send throws a ServiceError
 * @returns {HTMLFormElement} the browser itself sees to it that there is something in it
 */
export function appealForm(words, send) {
  const label = say(words, "askAppeal");
  const why = new FormField("body", label, true);
  why.control.maxLength = LONGEST_APPEAL;
  const form = element("form", {}, why.node, element("button", "submit-button", element("span", {}, label)));
  form.onsubmit = (event) => {
    event.preventDefault();
    send(why.value).catch((error) => why.showError(explain(words, error)));
  };
  return form;
}
