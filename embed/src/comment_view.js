/** One comment as it stands in the list. */

import { buildBody, readersLink, safeHref } from "./build_body.js";
import { arrangeChildren, button, element, fill } from "./dom.js";
import { isFluent, pieces, say, tellNumber } from "./messages.js";
import { exactTime, timeAgo } from "./tell_time.js";
import { DEEPEST_LIST, isRefused } from "./thread.js";

/** @import { Child } from "./dom.js" */
/** @import { Catalogue, MessageKey } from "./messages.js" */
/** @import { Row } from "./thread.js" */
/** @import { ThreadSetting } from "./thread_view.js" */
/** @import { Action } from "./tools/index.js" */
/** @import { Comment } from "./types.js" */

/** Parts of a hue's circle that a writer's key chooses from. */
const HUES = 36;

export class CommentView {
  #article = element("article", { part: "comment", tabindex: "-1" });
  #form = element("div");
  #replies = element("ol", "replies");
  #drawn = "";
  #setting;
  #more;
  /** @type {HTMLButtonElement | null} */
  #replyButton = null;
  #folder = button("fold-button link quiet", "", () => this.#fold(!this.#isFolded));
  #isFolded = false;

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
    const { words, contentLang, permalink } = this.#setting;
    this.node.toggleAttribute("data-far", depth > DEEPEST_LIST);
    this.#more.hidden = !more;
    if (more) fill(this.#more, say(words, "moreReplies", { n: more }));
    const isLiked = this.#setting.listener.isLiked(comment.id);
    const drawing = JSON.stringify([comment, parent?.name, depth, isOpen, isLiked, isFluent]);
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    this.#replyButton = null;
    this.#article.ariaLabel = say(words, comment.isTombstone ? "commentRemoved" : "commentBy", comment);
    if (comment.isTombstone) {
      fill(this.#article, element("p", "tombstone quiet", say(words, "commentRemoved")));
      return;
    }
    const body = element("div", { part: "body", dir: "auto", lang: contentLang });
    body.append(buildBody(comment.body, parent?.name ? `@${parent.name}` : undefined, permalink(parent?.id ?? "")));
    fill(this.#article, header(row, this.#setting), body, note(comment, words), this.#actions(comment, isOpen, isLiked));
  }

  /** @param {Node[]} nodes of the replies, in order */
  holdReplies(nodes) {
    arrangeChildren(this.#replies, nodes);
    this.#folder.hidden = nodes.length === 0;
    this.#fold(this.#isFolded);
  }

  /** @param {boolean} isFolded whether the replies are put away */
  #fold(isFolded) {
    const n = this.#replies.querySelectorAll("article").length;
    this.#isFolded = isFolded;
    this.#replies.hidden = isFolded || n === 0;
    this.#folder.ariaExpanded = String(!isFolded);
    if (n) fill(this.#folder, say(this.#setting.words, isFolded ? "showReplies" : "hideReplies", { n }));
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

  /** @param {Comment} comment @param {boolean} isOpen @param {boolean} isLiked */
  #actions(comment, isOpen, isLiked) {
    const { words, listener } = this.#setting;
    const { status, likes } = comment;
    const act = (/** @type {Action} */ action, /** @type {MessageKey} */ key, /** @type {MessageKey} */ label = key) =>
      button({ part: `${action}-button link quiet`, "aria-label": say(words, label, comment) }, say(words, key), () => void listener.onAct(action, comment));
    if (isRefused(status)) {
      return element("div", "buttons", comment.appeal === "possible" && act("appeal", "askAppeal"), act("dismiss", "dismissNote"));
    }
    const isOwn = status !== null;
    const isPublic = !isOwn || status === "approved";
    const liker = isPublic && act("like", "likeComment", "likeBy");
    if (liker) liker.ariaPressed = String(isLiked);
    this.#replyButton = isOpen && isPublic ? this.#reply(comment) : null;
    return element(
      "div",
      "buttons",
      this.#replyButton,
      liker && element("span", {}, liker, likes > 0 && element("span", "likes quiet", ` ${tellNumber(likes, words)}`)),
      isOwn && Date.parse(comment.mayEditUntil ?? "") > Date.now() && act("edit", "editComment"),
      isOwn ? act("remove", "deleteComment") : act("report", "reportComment", "reportBy"),
      this.#folder,
    );
  }

  /** @param {Comment} comment */
  #reply(comment) {
    const { words, listener } = this.#setting;
    const attributes = { part: "reply-button link", "aria-label": say(words, "replyTo", comment) };
    const made = button(attributes, say(words, "replyButton"), () => listener.onReply(comment));
    made.ariaExpanded = String(this.#form.hasChildNodes());
    return made;
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
    avatar(comment),
    element("span", "author", authorName(comment)),
    comment.badge && element("span", "badge", comment.badge),
    when(comment, setting),
    Date.parse(comment.createdAt) > setting.listener.seen && comment.status === null && element("span", "new", say(words, "sinceLastVisit")),
    isFollowing &&
      element(
        "a",
        { part: "in-reply-to quiet", href: permalink(parent.id) },
        ...pieces(words, "inReplyTo", { name: element("bdi", {}, parent.name) }),
      ),
  );
}

/**
 * Drawn from the key that a writer has in this thread alone: the same person has the same one, two of one name have not.
 * @param {Comment} comment
 */
function avatar({ key }) {
  const drawn = element("span", { part: "avatar", "aria-hidden": "true" });
  const letters = [...(key ?? "")].map((letter) => letter.charCodeAt(0) % HUES);
  const [hue, angle, other] = /** @type {[number, number, number]} */ (letters);
  drawn.style.backgroundImage = `linear-gradient(${angle * 10}deg,hsl(${hue * 10} 45% 45%) 50%,hsl(${other * 10} 50% 70%) 0)`;
  return key && drawn;
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
  if (!isFluent || !Number(written)) return null;
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
