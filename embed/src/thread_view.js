/** The thread as it is drawn: heading, list, what to do next. Knows nothing of the network. */

import { CommentView, moreButton } from "./comment_view.js";
import { arrangeChildren, button, element, fill } from "./dom.js";
import { say } from "./messages.js";

/** @import { HeadingTag } from "./dom.js" */
/** @import { Catalogue, MessageKey } from "./messages.js" */
/** @import { Row, Thread } from "./thread.js" */
/** @import { Comment } from "./types.js" */

/**
 * @typedef {object} ThreadSetting
 * @property {Catalogue} words
 * @property {string} contentLang language that comments are presumably in
 * @property {HeadingTag} headingTag
 * @property {string} ownPage address of the thread without JavaScript
 * @property {(id: string) => string} permalink
 * @property {ThreadListener} listener
 *
 * @typedef {object} ThreadListener what readers do to a thread
 * @property {() => Promise<void>} load
 * @property {() => Promise<boolean>} onLoadMore false if it failed
 * @property {() => void} onWrite
 * @property {(comment: Comment) => void} onReply
 * @property {(comment: Comment) => void} onDismiss
 * @property {(comment: Comment) => void} onAppeal
 * @property {(root: string) => Promise<boolean>} onMoreReplies false if it failed
 */

export class ThreadView {
  /** @type {Map<string, CommentView>} */
  #views = new Map();
  #setting;
  #heading;
  #list = element("ol", "list");
  #message = element("div", "message");
  #more;
  #write;
  #form = element("div");
  #status = element("p", { role: "status", part: "status" });

  /** @param {ThreadSetting} setting */
  constructor(setting) {
    this.#setting = setting;
    const { headingTag, listener } = setting;
    this.#heading = element(headingTag, { part: "heading", tabindex: "-1" });
    this.#more = moreButton(setting, () => listener.onLoadMore());
    this.#write = button("write-button link", "", () => listener.onWrite());
    this.#more.hidden = this.#write.hidden = true;
    this.node = element(
      "section",
      { part: "thread" },
      element("header", {}, this.#heading, this.#write),
      this.#message,
      this.#list,
      this.#more,
      this.#form,
      this.#status,
    );
  }

  /** @param {Catalogue} words what everything says from now on */
  speak(words) {
    this.#setting.words = words;
    this.node.lang = words["languageTag"];
    this.node.dir = words["textDirection"];
    this.node.ariaLabel = this.#heading.textContent = say(words, "threadHeading");
    this.#write.textContent = say(words, "leaveReply");
    this.showLoading();
  }

  showLoading() {
    if (this.node.lang && this.#views.size === 0) fill(this.#message, element("p", "quiet", say(this.#setting.words, "loadingComments")));
  }

  showFailure() {
    const { words, ownPage, listener } = this.#setting;
    fill(
      this.#message,
      element("p", { role: "alert" }, say(words, "loadFailed")),
      element(
        "p",
        "buttons",
        button("retry-button", say(words, "tryAgain"), () => void listener.load()),
        element("a", { href: ownPage }, say(words, "ownPage")),
      ),
    );
  }

  /** @param {Thread} thread */
  draw(thread) {
    const { words } = this.#setting;
    const { isOpen, count, next } = thread;
    const rows = thread.rows();
    fill(this.#message, !isOpen && element("p", "notice", say(words, "threadClosed")));
    const none = isOpen && rows.length === 0 ? "firstToComment" : "threadHeading";
    this.#heading.textContent = say(words, count > 0 ? "commentCount" : none, { n: count });
    this.#write.hidden = !isOpen || rows.length === 0;
    this.#more.hidden = next === null;
    this.#more.textContent = say(words, "loadMore");
    this.#drawRows(rows, isOpen);
  }

  /** @param {Row[]} rows @param {boolean} isOpen */
  #drawRows(rows, isOpen) {
    /** @type {Map<string | null, Node[]>} */
    const lists = new Map();
    const views = new Map();
    for (const row of rows) {
      const { id } = row.comment;
      const view = this.#views.get(id) ?? new CommentView(this.#setting, id);
      views.set(id, view);
      view.draw(row, isOpen);
      const siblings = lists.get(row.list) ?? [];
      siblings.push(view.node);
      lists.set(row.list, siblings);
    }
    this.#views = views;
    for (const [id, view] of views) view.holdReplies(lists.get(id) ?? []);
    arrangeChildren(this.#list, lists.get(null) ?? []);
  }

  /** @param {Node | null} form the one under the thread; null takes it away */
  holdForm(form) {
    arrangeChildren(this.#form, form ? [form] : []);
  }

  /** @param {string} id */
  view(id) {
    return this.#views.get(id);
  }

  /**
   * Go to a comment and let it stand out; the keyboard stays where somebody is typing.
   * @param {string} id empty for none
   */
  highlight(id) {
    for (const [each, view] of this.#views) view.highlight(each === id);
    if (!this.node.querySelector(":is(input, textarea):focus")) this.view(id)?.focus();
  }

  /** The heading, where the keyboard goes on when what it was on is gone. */
  focus() {
    this.#heading.focus();
  }

  /**
   * Tell those who cannot see it what changed.
   * @param {MessageKey} key
   * @param {number} [n]
   */
  tell(key, n = 0) {
    fill(this.#status, say(this.#setting.words, key, { n }));
  }
}
