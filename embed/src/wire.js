/**
 * Reading of the service's answers. An answer is checked field by field into objects of our own, so that a
 * missing or strange field is a default and never an exception in the middle of drawing.
 */

import { FIELD_NAMES } from "./check_fields.js";

/** @import { Comment, Limits, ReplyPage, Status, ThreadPage } from "./types.js" */

/**
 * A field of what should be an object; only its own fields count.
 * @param {unknown} value
 * @param {string} name
 * @returns {unknown}
 */
export function field(value, name) {
  return value instanceof Object && Object.hasOwn(value, name) ? /** @type {any} */ (value)[name] : undefined;
}

/** @param {unknown} value @returns {string | null} null for anything but a text with something in it */
export const text = (value) => (typeof value === "string" && value !== "" ? value : null);

/** @param {unknown} value @param {string} name @returns {string | null} the text in a field */
export const textIn = (value, name) => text(field(value, name));

/** @param {unknown} value @returns {number} 0 for anything but a positive whole number */
const count = (value) => (Number.isSafeInteger(value) ? Math.max(0, Number(value)) : 0);

/** @param {unknown} value @returns {unknown[]} */
export const list = (value) => (Array.isArray(value) ? value : []);

/**
 * @param {unknown} value
 * @returns {Comment | null} null for what has no id
 */
export function readComment(value) {
  const id = textIn(value, "id");
  if (id === null) return null;
  const author = field(value, "author");
  return {
    id,
    parent: textIn(value, "parent"),
    name: textIn(author, "name") ?? "",
    website: textIn(author, "website"),
    badge: textIn(author, "badge"),
    key: textIn(author, "key"),
    body: list(field(value, "body")),
    createdAt: textIn(value, "created_at") ?? "",
    editedAt: textIn(value, "edited_at"),
    isEditedByModerator: field(value, "edited_by") === "moderator",
    isPinned: field(value, "pinned") === true,
    likes: count(field(value, "likes")),
    replies: count(field(value, "replies")),
    isTombstone: field(value, "tombstone") === true,
    status: /** @type {Status | null} */ (textIn(value, "status")),
    message: textIn(value, "message"),
    appeal: textIn(value, "appeal"),
    source: textIn(value, "source"),
    mayEditUntil: textIn(value, "may_edit_until"),
    url: textIn(value, "url"),
  };
}

/**
 * @param {unknown} value
 * @returns {ReplyPage}
 */
export function readReplies(value) {
  const comments = list(field(value, "comments")).map(readComment);
  return { comments: comments.filter((comment) => comment !== null), next: textIn(value, "next") };
}

/**
 * @param {unknown} value
 * @returns {ThreadPage}
 */
export function readThread(value) {
  const thread = field(value, "thread");
  const policy = field(thread, "policy");
  const limits = field(policy, "limits");
  return {
    ...readReplies(value),
    isOpen: field(thread, "open") === true,
    count: count(field(thread, "count")),
    policy: {
      isEmailRequired: field(policy, "email") === "required",
      mayNotify: field(policy, "notify") === true,
      limits: /** @type {Limits} */ (Object.fromEntries(FIELD_NAMES.map((name) => [name, count(field(limits, name)) || Infinity]))),
    },
  };
}
