/** What readers say of others' comments by one press: they like one, or tell the moderators of it. */

import { element } from "../dom.js";
import { explain, say } from "../messages.js";
import { sendLike, sendReport } from "./ask_own.js";
import { saveLike } from "./kept.js";
import { newKey } from "./new_key.js";
import { openForm } from "./words_form.js";

/** @import { ServiceError } from "../ask_service.js" */
/** @import { Conversation } from "../conversation.js" */
/** @import { MessageKey } from "../messages.js" */
/** @import { Comment } from "../types.js" */

const LONGEST_REPORT = 500;
/** A comment's own comes before those of its replies. */
const LIKE_BUTTON = '[part~="like-button"]';
/** @type {[string, MessageKey][]} */
const REASONS = [
  ["spam", "reasonSpam"],
  ["abuse", "reasonAbuse"],
  ["private_data", "reasonPrivate"],
  ["off_topic", "reasonOffTopic"],
  ["other", "reasonOther"],
];

/**
 * Like a comment, or take it back. What is sent is random and made for this comment alone, so that nobody can tell what else
 * its reader liked.
 * @param {Conversation} at
 * @param {Comment} comment
 */
export async function like(at, { id }) {
  const { base } = at.setting.place;
  const likes = at.keep.likes();
  const reader = likes[id] ?? newKey();
  const isLiked = !(id in likes);
  try {
    at.thread.change(id, { likes: await sendLike(base, id, reader, isLiked) });
    saveLike(at.keep, id, isLiked ? reader : null);
    const place = at.view.view(id)?.node;
    const isWatched = place?.querySelector(`${LIKE_BUTTON}:focus`);
    at.draw();
    // The button was drawn anew: the keyboard stays on it, and a screen reader tells how it stands now.
    /** @type {HTMLElement | null | undefined} */ (isWatched && place?.querySelector(LIKE_BUTTON))?.focus();
  } catch (error) {
    at.view.say(explain(at.words, /** @type {ServiceError} */ (error)));
  }
}

/**
 * Tell the moderators that something is wrong with a comment.
 * @param {Conversation} at
 * @param {Comment} comment
 */
export async function report(at, { id }) {
  const { words } = at;
  const reasons = REASONS.map(([value, key]) => element("option", { value }, say(words, key)));
  const choice = element("select", { part: "input", "aria-label": say(words, "reportComment") }, ...reasons);
  const about = /** @type {const} */ ({ label: "reportWords", send: "reportComment", most: LONGEST_REPORT, before: choice, isOptional: true });
  openForm(at, id, { ...about, before: choice }, async (text) => {
    await sendReport(at.setting.place.base, id, { reader: newKey(), reason: choice.value, text: text.trim() || undefined });
    return "reportSent";
  });
}
