/** One comment as it stands in the list. */

import { buildBody, readersLink, safeHref } from "./build_body.js";
import { arrangeChildren, button, element, fill } from "./dom.js";
import { pieces, say } from "./messages.js";
import { exactTime, timeAgo } from "./tell_time.js";
import { DEEPEST_LIST, isRefused } from "./thread.js";

/** @import { Child } from "./dom.js" */
/** @import { Catalogue } from "./messages.js" */
/** @import { Row } from "./thread.js" */
/** @import { ThreadSetting } from "./thread_view.js" */
/** @import { Comment } from "./types.js" */

export class CommentView {
  #article = element("article", { part: "comment", tabindex: "-1" });
  #form = element("div");
  #replies = element("ol", "replies");
  #drawn = "";
  #setting;
  #more;
  /** @type {HTMLButtonElement | null} */
  #replyButton = null;

  /** @param {ThreadSetting} setting @param {string} id of the comment */
  constructor(setting, id) {
    this.#setting = setting;
    this.#more = moreButton(setting, () => setting.listener.onMoreReplies(id));
    this.node = element("li", {}, this.#article, this.#form, this.#replies, this.#more);
  }

  /**
   * Draw the comment, unless it already stands there just so.
   * @param {Row} row
   * @param {boolean} isOpen whether it may be replied to
   */
  draw(row, isOpen) {
    const { comment, parent, depth, more } = row;
    const { words, contentLang } = this.#setting;
    this.node.toggleAttribute("data-far", depth > DEEPEST_LIST);
    this.#more.hidden = more === 0;
    fill(this.#more, say(words, "moreReplies", { n: more }));
    const drawing = JSON.stringify([comment, parent?.name, depth, isOpen]);
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    this.#replyButton = null;
    this.#article.ariaLabel = say(words, comment.isTombstone ? "commentRemoved" : "commentBy", comment);
    if (comment.isTombstone) {
      fill(this.#article, element("p", "tombstone quiet", say(words, "commentRemoved")));
      return;
    }
    const body = element("div", { part: "body", dir: "auto", lang: contentLang });
    body.append(buildBody(comment.body));
    fill(this.#article, header(row, this.#setting), body, note(comment, words), this.#actions(comment, isOpen));
  }

  /** @param {Node[]} nodes of the replies, in order */
  holdReplies(nodes) {
    arrangeChildren(this.#replies, nodes);
    this.#replies.hidden = nodes.length === 0;
  }

  /** @param {Node | null} form null takes it away */
  holdForm(form) {
    fill(this.#form, form);
    if (this.#replyButton) this.#replyButton.ariaExpanded = String(form !== null);
  }

  /**
   * Make the comment the place where the keyboard goes on.
   * @param {boolean} isScrolled whether to bring it before the reader's eyes as well
   */
  focus(isScrolled = true) {
    if (isScrolled) this.#article.scrollIntoView();
    this.#article.focus({ preventScroll: true });
  }

  focusReplyButton() {
    (this.#replyButton ?? this.#article).focus();
  }

  /** @param {boolean} isTarget whether the page's address points here */
  highlight(isTarget) {
    this.#article.part.toggle("target", isTarget);
  }

  /** @param {Comment} comment @param {boolean} isOpen */
  #actions(comment, isOpen) {
    const { words, listener } = this.#setting;
    if (isRefused(comment.status)) {
      const dismiss = button("dismiss-button link", say(words, "dismissNote"), () => listener.onDismiss(comment));
      const appeal = button("appeal-button link", say(words, "askAppeal"), () => listener.onAppeal(comment));
      return element("div", "buttons", comment.appeal === "possible" && appeal, dismiss);
    }
    if (!isOpen || comment.status === "pending") return null;
    const label = say(words, "replyTo", comment);
    const attributes = { part: "reply-button link", "aria-label": label };
    this.#replyButton = button(attributes, say(words, "replyButton"), () => listener.onReply(comment));
    this.#replyButton.ariaExpanded = String(this.#form.hasChildNodes());
    return this.#replyButton;
  }
}

/**
 * A button that loads more, and says so if it could not.
 * @param {Pick<ThreadSetting, "words">} setting
 * @param {() => Promise<boolean>} load false if it failed
 */
export function moreButton(setting, load) {
  const made = button("more-button", "", async () => {
    if (!(await load())) fill(made, say(setting.words, "moreFailed"));
  });
  return made;
}

/**
 * Who, when, in reply to whom.
 * @param {Row} row
 * @param {ThreadSetting} setting
 */
function header({ comment, parent, depth }, setting) {
  const { words, permalink } = setting;
  const isFollowing = depth > 2 && parent !== null && parent.name !== "";
  return element(
    "header",
    {},
    element("span", "author", authorName(comment)),
    comment.badge && element("span", "badge", comment.badge),
    when(comment, setting),
    isFollowing &&
      element(
        "a",
        { part: "in-reply-to quiet", href: permalink(parent.id) },
        ...pieces(words, "inReplyTo", { name: element("bdi", {}, parent.name) }),
      ),
  );
}

/** @param {Comment} comment */
function authorName({ name, website }) {
  const isolated = element("bdi", {}, name);
  const href = safeHref(website);
  return href ? readersLink(href, isolated) : isolated;
}

/**
 * When it was written, as a link to it; one's own that nobody else sees has no address yet.
 * @param {Comment} comment
 * @param {ThreadSetting} setting
 * @returns {Child}
 */
function when(comment, { words, permalink }) {
  const written = new Date(comment.createdAt);
  if (!Number(written)) return null;
  const attributes = { datetime: comment.createdAt, title: exactTime(written, words["languageTag"]) };
  const ago = timeAgo(written, new Date(), words["languageTag"]) ?? say(words, "justNow");
  const time = element("time", attributes, ago);
  const edited = comment.editedAt !== null && ` · ${say(words, comment.isEditedByModerator ? "editedByModerator" : "wasEdited")}`;
  const pinned = comment.isPinned && ` · ${say(words, "pinnedOnTop")}`;
  const isPublic = comment.status === null || comment.status === "approved";
  return isPublic
    ? element("a", { part: "permalink quiet", href: permalink(comment.id) }, time, edited, pinned)
    : element("span", "quiet", time, edited);
}

/**
 * What its writer should know of its status.
 * @param {Comment} comment
 * @param {Catalogue} words
 */
function note({ status, message, appeal, isToConfirm }, words) {
  if (!isRefused(status)) {
    const waits = status === "pending" && `${say(words, "awaitsModeration")} `;
    return (waits || isToConfirm) && element("p", "notice", waits, isToConfirm && say(words, "toConfirm"));
  }
  return element(
    "p",
    "notice quiet",
    say(words, "notApproved"),
    message && element("q", { dir: "auto" }, message),
    appeal === "waiting" && say(words, "appealMade"),
  );
}
