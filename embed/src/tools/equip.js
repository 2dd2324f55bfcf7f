/** What a form gets once its writer turns to it: aids for writing, a preview, a name to be remembered. */

import { codePoints } from "../check_fields.js";
import { element, fill } from "../dom.js";
import { say } from "../messages.js";
import { askFormToken } from "./ask_own.js";
import { saveName } from "./kept.js";
import { notifyChoice } from "./notify_choice.js";
import { previewButton } from "./preview.js";
import { shortcut, toolbar } from "./toolbar.js";

/** @import { CommentForm } from "../comment_form.js" */
/** @import { Conversation } from "../conversation.js" */

/** The service takes no note for ever; a page may stay open for days. */
const TOKEN_GOOD_FOR_MILLISECONDS = 12 * 60 * 60 * 1000;
/** The counter appears when no more is left than this. */
const FEW_CHARACTERS = 200;
/** @type {WeakMap<Conversation, number>} until when its token is good */
const goodUntil = new WeakMap();
/** @type {WeakSet<CommentForm>} */
const equipped = new WeakSet();

/**
 * @param {Conversation} at
 * @param {CommentForm} form
 */
export async function equip(at, form) {
  if (!equipped.has(form)) addAids(at, form);
  equipped.add(form);
  if (Date.now() < (goodUntil.get(at) ?? 0)) return;
  goodUntil.set(at, Date.now() + TOKEN_GOOD_FOR_MILLISECONDS);
  at.token = await askFormToken(at.setting.place).catch(() => null);
  if (!at.token) goodUntil.delete(at);
}

/**
 * @param {Conversation} at
 * @param {CommentForm} form
 */
function addAids(at, form) {
  const { words } = at;
  const { body } = form.fields;
  const area = /** @type {HTMLTextAreaElement} */ (body.control);
  const left = element("span", "counter quiet");
  const tools = toolbar(words, area, form.node);
  area.before(tools);
  area.after(left);
  form.sender.after(previewButton(at, area));
  form.fields.name.node.parentElement?.after(rememberName(at, form));
  if (at.thread.policy.mayNotify) offerMail(at, form);
  promiseAtEmail(form);
  const count = () => {
    const n = at.thread.policy.limits.body - codePoints(area.value);
    fill(left, n < 0 ? say(words, "tooLong", { n: -n }) : n <= FEW_CHARACTERS && say(words, "charactersLeft", { n }));
  };
  area.addEventListener("input", count);
  form.node.addEventListener("keydown", (event) => {
    if (shortcut(event, area, tools)) event.preventDefault();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.node.requestSubmit();
  });
  count();
}

/** @param {Conversation} at @param {CommentForm} form */
function offerMail({ words }, { fields, node }) {
  const { email } = fields;
  const choice = notifyChoice(words);
  const update = () => void (choice.disabled = !email.value);
  email.node.parentElement?.after(choice);
  node.addEventListener("input", update);
  update();
}

/**
 * The reader's choice; without it a name is forgotten with the page, and an address always is.
 * @param {Conversation} at
 * @param {CommentForm} form
 */
function rememberName({ keep, words }, form) {
  const { name } = form.fields;
  const choice = element("input", { type: "checkbox", checked: keep.name !== null });
  const save = () => saveName(keep, choice.checked ? name.value : null);
  choice.onchange = save;
  name.control.addEventListener("input", save);
  return element("label", "remember quiet", choice, ` ${say(words, "rememberName")}`);
}

/**
 * That the address will not be published is said where it is typed, too, to whoever goes from field to field.
 * @param {CommentForm} form
 */
function promiseAtEmail({ node, fields }) {
  const { control } = fields.email;
  const note = /** @type {HTMLElement} */ (node.querySelector("[part~=note]"));
  note.id = `${control.id}-note`;
  control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby")} ${note.id}`);
}
