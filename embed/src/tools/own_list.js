/** All comments on the site whose receipts are on this device: what became of them, where they stand, and an end to them. */

import { button, element, fill } from "../dom.js";
import { explain, say } from "../messages.js";
import { exactTime } from "../tell_time.js";
import { isRefused } from "../thread.js";
import { askReceipts, sendDeletion } from "./ask_own.js";
import { carryLink } from "./carry_receipts.js";
import { allReceipts, dropReceipt } from "./kept.js";
import { tell } from "./tell.js";

/** @import { Conversation } from "../conversation.js" */
/** @import { OwnReceipt } from "./kept.js" */
/** @import { Comment } from "../types.js" */

const MOST = 100;
const EXCERPT_CHARACTERS = 160;

/**
 * Show them, or take them away again.
 * @param {Conversation} at
 */
export async function showOwn(at) {
  const { keep, view, words, setting } = at;
  const { ownPlace } = view;
  if (ownPlace.hasChildNodes()) return fill(ownPlace);
  const receipts = allReceipts(keep).slice(-MOST);
  const list = element("ul", { part: "own-list", "aria-label": say(words, "ownComments") });
  fill(ownPlace, list, carryButton(at));
  try {
    const own = await askReceipts(setting.place.base, receipts.map(({ receipt }) => receipt));
    const rows = receipts.map((receipt, i) => own[i] && row(at, receipt, own[i])).filter((each) => each);
    fill(list, ...rows.reverse());
  } catch (error) {
    fill(list, explain(words, /** @type {any} */ (error)));
  }
}

/**
 * @param {Conversation} at
 * @param {OwnReceipt} receipt
 * @param {Comment} comment
 */
function row(at, receipt, { id, status, url, createdAt, source, message }) {
  if (status === "deleted") return null;
  const { words, keep, setting } = at;
  const text = [...(source ?? "")];
  const state = status === "approved" ? "isPublished" : isRefused(status) ? "notApproved" : "awaitsModeration";
  const address = `${url}#comment-${id}`;
  const shown = element(
    "li",
    {},
    element("p", "quiet", exactTime(new Date(createdAt), words["languageTag"]), " · ", say(words, state)),
    element("p", { dir: "auto" }, text.slice(0, EXCERPT_CHARACTERS).join(""), text.length > EXCERPT_CHARACTERS && "…"),
    message && element("q", { dir: "auto" }, message),
    element(
      "div",
      "buttons",
      element("a", { href: status === "approved" ? address : url }, String(url).replace(/^https?:\/\//, "")),
      button("delete-button link", say(words, "deleteComment"), async () => {
        if (!shown.hasAttribute("data-sure")) {
          shown.setAttribute("data-sure", "");
          return fill(problem, say(words, "askDelete"));
        }
        try {
          await sendDeletion(setting.place.base, id, receipt.receipt);
          dropReceipt(keep, receipt);
          at.thread.change(id, null);
          at.thread.dropOwn(id);
          at.draw();
          shown.remove();
          tell(at, "wasDeleted");
        } catch (error) {
          fill(problem, explain(words, /** @type {any} */ (error)));
        }
      }),
    ),
  );
  const problem = element("p", { part: "error", role: "alert" });
  shown.append(problem);
  return shown;
}

/** @param {Conversation} at */
function carryButton(at) {
  const told = element("span", { part: "quiet", role: "status" });
  const made = button("link", say(at.words, "carryLink"), async () => {
    await navigator.clipboard.writeText(carryLink(at));
    fill(told, say(at.words, "linkCopied"));
  });
  return element("p", "buttons", made, told);
}
