/** One comment as it stands in the list. */

import { buildBody, readersLink, safeHref } from "./build_body.js";
import { arrangeChildren, button, element, fill } from "./dom.js";
import { pieces, say } from "./messages.js";
import { exactTime, timeAgo } from "./tell_time.js";
import { isRefused } from "./thread.js";

/** @import { Child } from "./dom.js" */
/** @import { Catalogue } from "./messages.js" */
/** @import { Row } from "./thread.js" */
/** @import { Comment } from "./types.js" */

/**
 * @typedef {object} Surroundings what a comment needs to know of the thread
 * @property {Catalogue} words
 * @property {string} contentLang language that comments are presumably in
 * @property {boolean} isOpen
 * @property {Date} now
 * @property {(id: string) => string} permalink
 * @property {(comment: Comment) => void} onReply
 * @property {(comment: Comment) => void} onDismiss
 * @property {(comment: Comment) => void} onMore
 */

export class CommentView {
  #article = element("article", { part: "comment", tabindex: "-1" });
  #form = element("div");
  #replies = element("ol", { part: "replies" });
  #more = element("div");
  #drawn = "";
  /** @type {HTMLButtonElement | null} */
  #replyButton = null;

  constructor() {
    this.node = element("li", {}, this.#article, this.#form, this.#replies, this.#more);
  }

  /**
   * Draw the comment, unless it already stands there just so.
   * @param {Row} row
   * @param {Surroundings} around
   */
  draw(row, around) {
    const { comment, parent, depth, more } = row;
    this.node.dataset["depth"] = String(Math.min(depth, 9));
    this.#drawMore(row, around);
    const drawing = JSON.stringify([comment, parent?.name, depth, around.isOpen, around.words.lang, more > 0]);
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    const { words } = around;
    this.#replyButton = null;
    this.#article.setAttribute("aria-label", say(words, "commentBy", { name: comment.name }));
    if (comment.isTombstone) {
      this.#article.setAttribute("aria-label", say(words, "removed"));
      fill(this.#article, element("p", { class: "quiet", part: "tombstone" }, say(words, "removed")));
      return;
    }
    const body = element("div", { class: "body", part: "body", dir: "auto", lang: around.contentLang });
    body.append(buildBody(comment.body));
    fill(this.#article, header(row, around), body, note(comment, around), this.#actions(comment, around));
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

  /** Bring the comment before the reader's eyes, and make it the place where the keyboard goes on. */
  focus() {
    this.#article.scrollIntoView({ block: "center" });
    this.#article.focus({ preventScroll: true });
  }

  focusReplyButton() {
    (this.#replyButton ?? this.#article).focus();
  }

  /** @param {boolean} isTarget whether the page's address points here */
  highlight(isTarget) {
    this.#article.classList.toggle("target", isTarget);
  }

  /** @param {Comment} comment @param {Surroundings} around */
  #actions(comment, { words, isOpen, onReply, onDismiss }) {
    if (isRefused(comment.status)) {
      return button({ class: "link", part: "dismiss-button" }, say(words, "dismiss"), () => onDismiss(comment));
    }
    if (!isOpen || comment.status === "pending") return null;
    const label = say(words, "replyTo", { name: comment.name });
    const attributes = { class: "link", part: "reply-button", "aria-label": label };
    this.#replyButton = button(attributes, say(words, "reply"), () => onReply(comment));
    this.#replyButton.ariaExpanded = String(this.#form.hasChildNodes());
    return this.#replyButton;
  }

  /** @param {Row} row @param {Surroundings} around */
  #drawMore({ comment, more }, { words, onMore }) {
    const label = say(words, "moreReplies", { n: more });
    if (more === 0 || this.#more.textContent !== label) {
      fill(this.#more, more > 0 && button({ class: "more", part: "more-button" }, label, () => onMore(comment)));
    }
  }
}

/**
 * Who, when, in reply to whom.
 * @param {Row} row
 * @param {Surroundings} around
 */
function header({ comment, parent, depth }, around) {
  const { words } = around;
  const isFollowing = depth > 2 && parent !== null && parent.name !== "";
  return element(
    "header",
    { part: "comment-header" },
    element("span", { class: "author", part: "author" }, authorName(comment)),
    comment.badge !== null && element("span", { class: "badge", part: "badge" }, comment.badge),
    when(comment, around),
    isFollowing &&
      element(
        "a",
        { class: "following quiet", part: "in-reply-to", href: around.permalink(parent.id) },
        ...pieces(words, "inReplyTo", { name: element("bdi", {}, parent.name) }),
      ),
  );
}

/** @param {Comment} comment */
function authorName({ name, website }) {
  const isolated = element("bdi", {}, name);
  const href = safeHref(website, /^https?:/);
  if (href === null) return isolated;
  const link = readersLink(href, { title: new URL(href).host });
  link.append(isolated);
  return link;
}

/**
 * When it was written, as a link to it; one's own that nobody else sees has no address yet.
 * @param {Comment} comment
 * @param {Surroundings} around
 * @returns {Child}
 */
function when(comment, { words, now, permalink }) {
  const written = new Date(comment.createdAt);
  if (Number.isNaN(written.getTime())) return null;
  const attributes = { datetime: comment.createdAt, title: exactTime(written, words.lang) };
  const ago = timeAgo(written, now, words.lang) ?? say(words, "justNow");
  const time = element("time", attributes, ago);
  const edited = comment.editedAt !== null && `, ${say(words, "edited")}`;
  const isPublic = comment.status === null || comment.status === "approved";
  return isPublic
    ? element("a", { class: "quiet", part: "permalink", href: permalink(comment.id) }, time, edited)
    : element("span", { class: "quiet" }, time, edited);
}

/**
 * What its writer should know of its status.
 * @param {Comment} comment
 * @param {Surroundings} around
 */
function note({ status }, { words }) {
  if (status === "pending") return element("p", { class: "notice", part: "notice" }, say(words, "awaiting"));
  if (isRefused(status)) return element("p", { class: "notice quiet", part: "notice" }, say(words, "notApproved"));
  return null;
}
