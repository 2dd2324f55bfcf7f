/** A form on its way to the service: checked, sent, and sent again without doubling. No word is lost whatever happens. */

import { checkField, FIELD_NAMES } from "../check_fields.js";
import { fill } from "../dom.js";
import { explain, say } from "../messages.js";
import { field, textIn } from "../wire.js";
import { sendComment } from "./ask_own.js";
import { proofIn, saveProof, saveReceipts } from "./kept.js";
import { newKey } from "./new_key.js";
import { sendLater } from "./send_later.js";
import { isRisky } from "./warn_writer.js";
import { tell } from "./tell.js";

/** @import { ServiceError } from "../ask_service.js" */
/** @import { Attempt, CommentForm } from "../comment_form.js" */
/** @import { Conversation } from "../conversation.js" */
/** @import { Wish } from "./notify_choice.js" */
/** @import { Comment, FieldName, Fields } from "../types.js" */

/**
 * @param {Conversation} at
 * @param {CommentForm} form
 */
export async function send(at, form) {
  if (form.isSending) return;
  const fields = /** @type {Fields & Wish} */ (Object.fromEntries(new FormData(form.node)));
  if (isWrong(form, fields) || (!form.isSure && isRisky(form, fields))) return;
  const attempt = prepare(at, form, fields);
  form.saveDraft(true);
  form.showSending(true);
  try {
    const { comment, receipt } = await post(form, attempt);
    form.clear();
    keepAndShow(at, { ...comment, isToConfirm: Boolean(fields.notify || fields.notify_decision) }, receipt);
  } catch (error) {
    fail(form, /** @type {ServiceError} */ (error));
  } finally {
    form.showSending(false);
  }
}

/** @param {CommentForm} form @param {Fields} fields */
function isWrong(form, fields) {
  const { words, policy } = form.setting;
  return showErrors(form, (name) => {
    const n = checkField(name, fields[name], policy);
    return n === null ? "" : say(words, n ? "tooLong" : "fieldMissing", { n });
  });
}

/**
 * The bytes to send and their key: the same ones again as long as nothing was changed.
 * @param {Conversation} at
 * @param {CommentForm} form
 * @param {Fields & Wish} fields
 * @returns {Attempt}
 */
function prepare({ token }, form, fields) {
  const { place, parent, keep } = form.setting;
  const { site, url, threadId: id } = place;
  const content = {
    ...fields,
    // Nothing is sent of what was not chosen.
    notify: fields.notify || undefined,
    notify_decision: fields.notify_decision && true,
    ...{ site, url, id, title: document.title, parent: parent?.id },
  };
  const compared = JSON.stringify(content);
  const { attempt } = form;
  if (attempt?.content === compared) return attempt;
  const key = (!attempt?.content && form.keyFor(fields.body)) || newKey();
  const submission = JSON.stringify({ ...content, form_token: token, receipt: proofIn(keep) });
  return (form.attempt = { content: compared, submission, words: fields.body, key });
}

/** @param {CommentForm} form @param {Attempt} attempt */
function post(form, attempt) {
  const { base } = form.setting.place;
  return sendComment(base, attempt).catch((error) => {
    // The words arrived before the page was reloaded, with another name or address: these are new ones.
    if (error.code !== "idempotency_key_reused") throw error;
    attempt.key = newKey();
    return sendComment(base, attempt);
  });
}

/**
 * @param {Conversation} at
 * @param {Comment} comment
 * @param {string | null} receipt
 */
function keepAndShow(at, comment, receipt) {
  const { id, status, parent } = comment;
  const { keep, thread, view } = at;
  const isWatched = view.node.querySelector(":focus");
  if (receipt) {
    saveReceipts(keep, [...keep.receipts().filter((kept) => kept.id !== id), { id, receipt, isSettled: false }]);
    if (!proofIn(keep)) saveProof(keep, receipt);
  }
  if (at.reply?.id === parent) at.holdReply(null);
  thread.addOwn(comment);
  if (status === "approved") thread.count++;
  at.draw();
  // What was sent by itself takes nobody away from what they are doing now.
  if (isWatched) view.view(id)?.focus();
  tell(at, status === "approved" ? "wasPosted" : "awaitsModeration");
  at.setting.emit("comment-submitted", { id, status });
}

/** Whether the service has decided, so that sending the same again would be a new attempt. @param {ServiceError} error */
export const isDefinitive = ({ response }) => /^4(?!08|29)/.test(String(response?.status));

/** @param {CommentForm} form @param {ServiceError} error */
function fail(form, error) {
  const { words, emit } = form.setting;
  if (isDefinitive(error)) form.attempt = null;
  form.saveDraft(true);
  const n = Number(error.response?.headers.get("Retry-After"));
  const isOfFields = showErrors(form, (code) => {
    const title = textIn(field(error.answer, "fields"), code);
    return title && explain(words, { code, title });
  });
  if (!error.response) sendLater(form);
  else if (!isOfFields) fill(form.problem, explain(words, error), n > 0 && ` ${say(words, "tryIn", { n })}`);
  emit("comment-failed", { action: "submit", code: error.code });
}

/**
 * @param {CommentForm} form
 * @param {(name: FieldName) => string | null} sentenceFor
 * @returns {boolean} whether there is any
 */
function showErrors(form, sentenceFor) {
  const [first] = FIELD_NAMES.filter((name) => form.fields[name].showError(sentenceFor(name)));
  fill(form.problem);
  if (first) form.fields[first].focus();
  return Boolean(first);
}
