/** Receipts go to another device in a link's fragment, which no server ever sees. */

import { askReceipts } from "./ask_own.js";
import { followOld } from "./follow_old.js";
import { saveReceipts } from "./kept.js";

/** @import { Conversation } from "../conversation.js" */

const MARK = "#comments-own=";

/**
 * The page's address with the receipts of its thread.
 * @param {Conversation} at
 */
export const carryLink = ({ keep }) =>
  location.href.replace(/#.*/s, "") + MARK + keep.receipts().map(({ receipt }) => encodeURIComponent(receipt)).join(",");

/**
 * Keep what a link brought, and take it out of the page's address; or find what an anchor of another program means.
 * @param {Conversation} at
 * @param {AbortSignal} signal
 */
export async function takeAlong(at, signal) {
  if (!location.hash.startsWith(MARK)) return followOld(at, signal);
  const { keep, setting } = at;
  const brought = location.hash.slice(MARK.length).split(",").map(decodeURIComponent);
  history.replaceState(history.state, "", location.pathname + location.search);
  const own = await askReceipts(setting.place.base, brought.slice(-100), signal);
  const known = keep.receipts();
  const added = own.flatMap((comment, i) => {
    const receipt = brought[i];
    return comment && receipt && !known.some(({ id }) => id === comment.id) ? [{ id: comment.id, receipt, isSettled: false }] : [];
  });
  saveReceipts(keep, [...known, ...added]);
}
