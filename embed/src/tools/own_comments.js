/** Comments of one's own: what became of them, and what their writer may do with them. A receipt proves whose they are. */

import { button, element, fill } from "../dom.js";
import { explain, say } from "../messages.js";
import { askReceipts, sendAppeal, sendDeletion, sendEdit } from "./ask_own.js";
import { saveProof, saveReceipts } from "./kept.js";
import { leaveForm, openForm } from "./words_form.js";
import { tell } from "./tell.js";

/** @import { Conversation } from "../conversation.js" */
/** @import { Comment } from "../types.js" */

const LONGEST_APPEAL = 1000;

/**
 * Ask what became of those that are not settled yet, and show them to their writer.
 * @param {Conversation} at
 * @param {AbortSignal} signal
 */
export async function loadOwn(at, signal) {
  const { keep, thread, setting } = at;
  const receipts = keep.receipts();
  const unsettled = receipts.filter(({ isSettled }) => !isSettled);
  const own = await askReceipts(setting.place.base, unsettled.map(({ receipt }) => receipt), signal).catch(() => null);
  if (!own || signal.aborted) return;
  unsettled.forEach((receipt, i) => {
    const comment = own[i];
    if (!comment || comment.status === "deleted") receipts.splice(receipts.indexOf(receipt), 1);
    else thread.addOwn(comment);
    const isPublished = comment?.status === "approved" && thread.isPublished(receipt.id);
    receipt.isSettled = isPublished && !mayEdit(comment);
    if (isPublished) saveProof(keep, receipt.receipt);
  });
  saveReceipts(keep, receipts);
  at.draw();
}

/** @param {Comment} comment */
export const mayEdit = ({ mayEditUntil }) => mayEditUntil !== null && Date.now() < Date.parse(mayEditUntil);

/** @param {Conversation} at @param {string} id */
export const receiptFor = (at, id) => at.keep.receipts().find((kept) => kept.id === id)?.receipt;

/**
 * Show a comment of one's own no longer.
 * @param {Conversation} at
 * @param {Comment} comment
 */
export async function dismiss(at, { id }) {
  saveReceipts(at.keep, at.keep.receipts().filter((receipt) => receipt.id !== id));
  at.thread.dropOwn(id);
  at.draw();
  at.view.focus();
}

/**
 * Ask the moderators to look again, once.
 * @param {Conversation} at
 * @param {Comment} comment
 */
export async function appeal(at, comment) {
  const { id } = comment;
  openForm(at, id, { label: "askAppeal", most: LONGEST_APPEAL, send: "askAppeal" }, async (why) => {
    await sendAppeal(at.setting.place.base, id, receiptFor(at, id), why);
    at.thread.addOwn({ ...comment, appeal: "waiting" });
    return "appealMade";
  });
}

/**
 * Change one's own words while that is possible; they are looked at again.
 * @param {Conversation} at
 * @param {Comment} comment
 */
export async function edit(at, comment) {
  const { id, source } = comment;
  const most = at.thread.policy.limits.body;
  openForm(at, id, { label: "bodyLabel", words: source ?? "", most, send: "saveChanges" }, async (words) => {
    const edited = await sendEdit(at.setting.place.base, id, receiptFor(at, id), words);
    if (edited) at.thread.addOwn(edited);
    return edited?.status === "pending" ? "awaitsModeration" : "wasEdited";
  });
}

/**
 * Delete one's own comment, after a question.
 * @param {Conversation} at
 * @param {Comment} comment
 */
export async function remove(at, comment) {
  const { words } = at;
  const question = say(words, "askDelete");
  const problem = element("span", { role: "alert" });
  const sure = button("delete-button", say(words, "deleteComment"), () => {
    forget(at, comment).catch((error) => fill(problem, explain(words, error)));
  });
  const leave = button("link", say(words, "cancelIt"), () => leaveForm(at, comment.id));
  at.view.view(comment.id)?.holdForm(element("div", { part: "warning", role: "group", "aria-label": question }, question, sure, leave, problem));
  sure.focus();
}

/** @param {Conversation} at @param {Comment} comment */
async function forget(at, comment) {
  await sendDeletion(at.setting.place.base, comment.id, receiptFor(at, comment.id));
  at.thread.change(comment.id, null);
  await dismiss(at, comment);
  tell(at, "wasDeleted");
}
