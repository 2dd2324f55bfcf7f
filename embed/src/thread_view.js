/** The thread as it is drawn: heading, list, what to do next. Knows nothing of the network. */

import { CommentView, moreButton } from "./comment_view.js";
import { arrangeChildren, button, element, fill } from "./dom.js";
import { isFluent, say } from "./messages.js";
import { SORTS } from "./settings.js";

/** @import { HeadingTag } from "./dom.js" */
/** @import { Catalogue, MessageKey } from "./messages.js" */
/** @import { Row, Thread } from "./thread.js" */
/** @import { Action } from "./tools/index.js" */
/** @import { Comment, Sort } from "./types.js" */

/** @type {MessageKey[]} as `SORTS` */
const SORT_WORDS = ["oldestFirst", "newestFirst", "mostLikedFirst"];

/**
 * @typedef {object} ThreadSetting
 * @property {Catalogue} words
 * @property {string} contentLang language that comments are presumably in
 * @property {HeadingTag} headingTag
 * @property {string} suffix of the landmark's name
 * @property {string} ownPage address of the thread without JavaScript
 * @property {(id: string) => string} permalink
 * @property {ThreadListener} listener
 *
 * @typedef {object} ThreadListener what readers do to a thread
 * @property {() => Promise<void>} load
 * @property {number} seen milliseconds: what is younger is new to this reader; Infinity if that is not known
 * @property {(id: string) => boolean} isLiked whether the reader liked the comment
 * @property {() => Promise<boolean>} onLoadMore false if it failed
 * @property {() => void} onWrite
 * @property {(comment: Comment) => void} onReply
 * @property {(action: Action, comment: Comment) => Promise<void>} onAct
 * @property {(sort: Sort) => void} onSort
 * @property {() => Promise<void>} onShowOwn
 * @property {() => Promise<void>} onNew
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
  #sort = element("select", { part: "sort" });
  #offer;
  #own;
  /** Where the reader's own comments are listed. */
  ownPlace = element("div", "own");
  #status = element("p", { role: "status", part: "status" });

  /** @param {ThreadSetting} setting */
  constructor(setting) {
    this.#setting = setting;
    const { headingTag, listener } = setting;
    this.#heading = element(headingTag, { part: "heading", tabindex: "-1" });
    this.#more = moreButton(setting, () => listener.onLoadMore());
    this.#write = button("write-button link", "", () => listener.onWrite());
    this.#offer = button("new-button", "", () => void listener.onNew());
    this.#own = button("own-button link", "", () => void listener.onShowOwn());
    this.#more.hidden = this.#write.hidden = this.#offer.hidden = this.#own.hidden = this.#sort.hidden = true;
    this.#sort.onchange = () => listener.onSort(/** @type {Sort} */ (this.#sort.value));
    this.node = element(
      "section",
      { part: "thread" },
      element("header", {}, this.#heading, this.#write, this.#sort),
      this.#message,
      this.#offer,
      this.#list,
      this.#more,
      this.#form,
      this.#own,
      this.ownPlace,
      this.#status,
    );
  }

  /** @param {Catalogue} words what everything says from now on */
  speak(words) {
    this.#setting.words = words;
    this.node.lang = words["languageTag"];
    this.node.dir = words["textDirection"];
    this.#heading.textContent = say(words, "threadHeading");
    this.node.ariaLabel = this.#heading.textContent + this.#setting.suffix;
    this.#write.textContent = say(words, "leaveReply");
    this.#own.textContent = say(words, "ownComments");
    this.#sort.ariaLabel = say(words, "orderLabel");
    fill(this.#sort, ...SORTS.map((sort, i) => element("option", { value: sort }, say(words, /** @type {MessageKey} */ (SORT_WORDS[i])))));
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

  /**
   * @param {Thread} thread
   * @param {Sort | null} sort
   * @param {boolean} hasOwn whether the device holds receipts
   * @param {number} [most] so many comments of those that are known
   */
  draw(thread, sort, hasOwn, most) {
    const { words } = this.#setting;
    const { isOpen, count, next } = thread;
    this.#sort.value = sort ?? "oldest";
    this.#sort.hidden = count < 2;
    this.#own.hidden = !hasOwn;
    this.#offer.hidden = true;
    const rows = thread.rows().slice(0, most);
    fill(this.#message, !isOpen && element("p", "notice", say(words, "threadClosed")));
    const none = isOpen && rows.length === 0 ? "firstToComment" : "threadHeading";
    this.#heading.textContent = say(words, isFluent && count > 0 ? "commentCount" : none, { n: count });
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

  /** @param {number} n new comments that are not shown yet */
  offer(n) {
    this.#offer.hidden = n < 1;
    fill(this.#offer, say(this.#setting.words, "newComments", { n }));
  }

  /**
   * Tell those who cannot see it what changed.
   * @param {MessageKey} key
   * @param {number} [n]
   */
  tell(key, n = 0) {
    this.say(say(this.#setting.words, key, { n }));
  }

  /** @param {string} sentence */
  say(sentence) {
    fill(this.#status, sentence);
  }
}
