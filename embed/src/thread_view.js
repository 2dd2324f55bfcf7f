/** The thread as it is drawn: heading, list, what to do next. Knows nothing of the network. */

import { CommentView } from "./comment_view.js";
import { arrangeChildren, button, element, fill } from "./dom.js";
import { say } from "./messages.js";

/** @import { Surroundings } from "./comment_view.js" */
/** @import { Catalogue } from "./messages.js" */
/** @import { Row, Thread } from "./thread.js" */

/**
 * @typedef {object} ThreadSetting
 * @property {Catalogue} words
 * @property {string} headingTag `h2` and the like
 * @property {string} ownPage address of the thread without JavaScript
 * @property {() => void} onRetry
 * @property {() => void} onLoadMore
 * @property {() => void} onWrite
 */

export class ThreadView {
  /** @type {Map<string, CommentView>} */
  #views = new Map();
  #setting;
  #heading;
  #headline = element("header", { part: "header" });
  #list = element("ol", { class: "list", part: "list" });
  #message = element("div", { class: "message", part: "message" });
  #more = element("div");
  #form = element("div");
  #status = element("p", { class: "unseen", role: "status", part: "status" });

  /** @param {ThreadSetting} setting */
  constructor(setting) {
    this.#setting = setting;
    const { words, headingTag } = setting;
    this.#heading = document.createElement(headingTag);
    this.#heading.tabIndex = -1;
    this.#heading.setAttribute("part", "heading");
    this.#heading.textContent = say(words, "heading");
    this.#headline.append(this.#heading);
    this.node = element(
      "section",
      { class: "thread", part: "thread", lang: words.lang, dir: words.dir, "aria-label": say(words, "heading") },
      this.#headline,
      this.#message,
      this.#list,
      this.#more,
      this.#form,
      this.#status,
    );
  }

  showLoading() {
    this.node.setAttribute("aria-busy", "true");
    if (this.#views.size === 0) fill(this.#message, element("p", { class: "quiet" }, say(this.#setting.words, "loading")));
  }

  showFailure() {
    const { words, ownPage, onRetry } = this.#setting;
    this.node.removeAttribute("aria-busy");
    fill(
      this.#message,
      element("p", {}, say(words, "loadFailed")),
      element(
        "p",
        { class: "buttons" },
        button({ class: "more", part: "retry-button" }, say(words, "tryAgain"), onRetry),
        element("a", { href: ownPage, part: "own-page-link" }, say(words, "ownPage")),
      ),
    );
    this.tell(say(words, "loadFailed"));
  }

  /**
   * @param {Thread} thread
   * @param {Surroundings} around
   */
  draw(thread, around) {
    const { words } = this.#setting;
    const rows = thread.rows();
    this.node.removeAttribute("aria-busy");
    fill(this.#message, !thread.isOpen && element("p", { class: "notice", part: "notice" }, say(words, "closed")));
    this.#drawHeading(thread, rows.length > 0);
    this.#drawRows(rows, around);
    this.#drawLoadMore(thread.next !== null);
  }

  /** @param {Thread} thread @param {boolean} hasRows */
  #drawHeading({ count, isOpen }, hasRows) {
    const { words, onWrite } = this.#setting;
    const none = hasRows ? "heading" : isOpen ? "firstToComment" : "noComments";
    this.#heading.textContent = count > 0 ? say(words, "comments", { n: count }) : say(words, none);
    const wantsLink = isOpen && hasRows;
    if (wantsLink && this.#headline.childElementCount === 1) {
      this.#headline.append(button({ class: "link", part: "write-button" }, say(words, "leaveReply"), onWrite));
    } else if (!wantsLink) {
      fill(this.#headline, this.#heading);
    }
  }

  /** @param {Row[]} rows @param {Surroundings} around */
  #drawRows(rows, around) {
    /** @type {Map<string | null, Node[]>} */
    const lists = new Map([[null, []]]);
    for (const row of rows) {
      const { id } = row.comment;
      const view = this.#views.get(id) ?? new CommentView();
      this.#views.set(id, view);
      view.draw(row, around);
      const siblings = lists.get(row.list) ?? [];
      siblings.push(view.node);
      lists.set(row.list, siblings);
    }
    const shown = new Set(rows.map((row) => row.comment.id));
    for (const id of this.#views.keys()) if (!shown.has(id)) this.#views.delete(id);
    for (const [id, view] of this.#views) view.holdReplies(lists.get(id) ?? []);
    arrangeChildren(this.#list, lists.get(null) ?? []);
    this.#list.hidden = rows.length === 0;
  }

  /** @param {boolean} hasMore */
  #drawLoadMore(hasMore) {
    const { words, onLoadMore } = this.#setting;
    if (hasMore && this.#more.hasChildNodes()) return;
    fill(this.#more, hasMore && button({ class: "more", part: "more-button" }, say(words, "loadMore"), onLoadMore));
  }

  /** @param {Node | null} form the one under the thread; null takes it away */
  holdForm(form) {
    fill(this.#form, form);
  }

  /** @param {string} id */
  view(id) {
    return this.#views.get(id) ?? null;
  }

  /** @param {string | null} id the only comment to highlight; null for none */
  highlight(id) {
    for (const [each, view] of this.#views) view.highlight(each === id);
  }

  /** The heading, where the keyboard goes on when what it was on is gone. */
  focus() {
    this.#heading.focus();
  }

  /** @param {string} sentence for those who cannot see what changed */
  tell(sentence) {
    this.#status.textContent = sentence;
  }
}
