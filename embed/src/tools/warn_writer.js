/** Stops a form once, before its writer tells everybody what they may not have meant to. Nothing was sent yet. */

import { FIELD_NAMES } from "../check_fields.js";
import { button, element } from "../dom.js";
import { say } from "../messages.js";
import { hasAddress, hasPhone } from "./giveaways.js";

/** @import { CommentForm } from "../comment_form.js" */
/** @import { Fields } from "../types.js" */

/** Those that everybody will read as they were typed. */
const PUBLIC_NAMES = FIELD_NAMES.slice(0, 2);

/**
 * @param {CommentForm} form
 * @param {Fields} fields
 * @returns {boolean} whether there was something to warn of
 */
export function isRisky(form, fields) {
  const name = PUBLIC_NAMES.find((each) => hasAddress(fields[each], fields.email) || hasPhone(fields[each]));
  if (!name) return false;
  const { words } = form.setting;
  const field = form.fields[name];
  const warning = element(
    "div",
    { part: "warning", role: "alert", tabindex: "-1" },
    say(words, hasAddress(fields[name], fields.email) ? "givesAddress" : "givesPhone"),
    button({}, say(words, "changeIt"), () => {
      field.focus();
      warning.remove();
    }),
    button({}, say(words, "postAnyway"), () => {
      form.isSure = true;
      form.sender.click();
      form.sender.focus();
      warning.remove();
    }),
  );
  form.node.querySelector("[part=warning]")?.remove();
  form.node.addEventListener("input", () => warning.remove(), { once: true });
  field.node.append(warning);
  warning.focus();
  return true;
}
