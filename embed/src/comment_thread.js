/** The custom element: reads its settings, asks the service, hands what it learns to the view. */

import { askFormToken, askReceipts, askReplies, askThread, ServiceError, serviceUrl } from "./ask_service.js";
import { CommentForm } from "./comment_form.js";
import { Keep } from "./keep.js";
import { catalogueFor, say } from "./messages.js";
import { headingLevelOf, mayStore, SETTINGS, sortOf, themeOf, urlOf } from "./settings.js";
import css from "./styles.css";
import { Thread } from "./thread.js";
import { ThreadView } from "./thread_view.js";

/** @import { Surroundings } from "./comment_view.js" */
/** @import { SettingName } from "./settings.js" */
/** @import { Comment, Fields, Place } from "./types.js" */

const TOKEN_GOOD_FOR_MILLISECONDS = 12 * 60 * 60 * 1000;
const REQUESTS_FOR_A_PERMALINK = 10;
const PERMALINK = /^#comment-([\w-]+)$/;

const styles = new CSSStyleSheet();
styles.replaceSync(css);

export class CommentThread extends HTMLElement {
  static observedAttributes = SETTINGS;
  /** Origin of the service. */
  static base = location.origin;
  /** What the script tag says, for elements that say nothing. @type {Partial<Record<SettingName, string>>} */
  static defaults = {};

  #shadow = this.attachShadow({ mode: "open" });
  #refreshing = new AbortController();
  #isRefreshDue = false;
  /** @type {ThreadView | null} */
  #view = null;
  /** @type {Thread | null} */
  #thread = null;
  #keep = new Keep("", false);
  /** What `#view`, `#keep` and the forms were made for. */
  #madeFor = "";
  /** @type {CommentForm | null} */
  #form = null;
  /** The one open reply form. @type {{ form: CommentForm, id: string } | null} */
  #replyForm = null;
  /** @type {Omit<Fields, "body">} */
  #writer = { name: "", email: "", website: "" };
  /** @type {string | null} */
  #token = null;
  #tokenAskedAt = -Infinity;
  /** Whether the page's address was followed; a refresh does not go there again. */
  #isArrived = false;
  #onHashChange = () => void this.#followPermalink();

  constructor() {
    super();
    this.#shadow.adoptedStyleSheets = [styles];
  }

  connectedCallback() {
    window.addEventListener("hashchange", this.#onHashChange);
    this.#scheduleRefresh();
  }

  disconnectedCallback() {
    window.removeEventListener("hashchange", this.#onHashChange);
    this.#refreshing.abort();
  }

  /**
   * @param {SettingName} name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "theme") this.#showTheme();
    else if (this.isConnected) this.#scheduleRefresh();
  }

  /** Load the thread anew. */
  async refresh() {
    await this.#load(true);
  }

  // -- settings ------------------------------------------------------------------------------------------------

  /** @param {SettingName} name */
  #raw = (name) => this.getAttribute(name) ?? CommentThread.defaults[name] ?? null;

  /** @returns {Place} */
  #place() {
    /** @type {HTMLLinkElement | null} */
    const link = document.querySelector("link[rel~=canonical][href]");
    return {
      base: CommentThread.base,
      site: this.#raw("site") ?? "",
      url: urlOf(this.#raw, { canonical: link?.href ?? null, location: location.href }),
      threadId: this.#raw("thread-id"),
      sort: sortOf(this.#raw),
    };
  }

  /** Language of the page around, which comments are presumably in. */
  #pageLang() {
    return this.closest("[lang]")?.getAttribute("lang") ?? "";
  }

  #words() {
    return catalogueFor(this.#raw("lang") ?? this.#pageLang());
  }

  #showTheme() {
    this.#view?.node.setAttribute("data-theme", themeOf(this.#raw));
  }

  // -- reading -------------------------------------------------------------------------------------------------

  /** Several attributes may change at once; one refresh will do. */
  #scheduleRefresh() {
    if (this.#isRefreshDue) return;
    this.#isRefreshDue = true;
    queueMicrotask(() => {
      this.#isRefreshDue = false;
      if (this.isConnected) void this.#load(false);
    });
  }

  /** @param {boolean} isFresh whether to ask past the browser's cache */
  async #load(isFresh) {
    this.#refreshing.abort();
    this.#refreshing = new AbortController();
    const { signal } = this.#refreshing;
    const place = this.#place();
    const view = this.#viewFor(place);
    view.showLoading();
    try {
      const page = await askThread(place, { isFresh, signal });
      if (signal.aborted) return;
      this.#thread = new Thread(page, place.sort === "newest");
    } catch (error) {
      if (signal.aborted) return;
      view.showFailure();
      this.#emit("comment-failed", { action: "load", code: codeOf(error) });
      return;
    }
    this.#draw();
    this.#emit("comments-loaded", { count: this.#thread.count });
    await this.#loadOwn(signal);
    if (signal.aborted || this.#isArrived) return;
    this.#isArrived = true;
    await this.#followPermalink();
  }

  /**
   * The view for these settings; what is being typed survives a refresh that changes none of them.
   * @param {Place} place
   */
  #viewFor(place) {
    const words = this.#words();
    const level = headingLevelOf(this.#raw);
    const scope = `${place.site}:${place.threadId ?? place.url}`;
    const madeFor = JSON.stringify([place, words.lang, level, mayStore(this.#raw)]);
    if (this.#view && this.#madeFor === madeFor) return this.#view;
    this.#madeFor = madeFor;
    this.#keep = new Keep(scope, mayStore(this.#raw));
    this.#thread = this.#form = this.#replyForm = null;
    this.#isArrived = false;
    this.#tokenAskedAt = -Infinity;
    this.#view = new ThreadView({
      words,
      headingTag: `h${level}`,
      ownPage: serviceUrl(place.base, "/read", { site: place.site, url: place.url, id: place.threadId }),
      onRetry: () => void this.#load(true),
      onLoadMore: () => void this.#loadMore(),
      onWrite: () => this.#form?.focus(),
    });
    this.#showTheme();
    this.#shadow.replaceChildren(this.#view.node);
    return this.#view;
  }

  #draw() {
    const [view, thread] = [this.#view, this.#thread];
    if (!view || !thread) return;
    view.draw(thread, this.#surroundings(thread));
    if (this.#replyForm && !view.view(this.#replyForm.id)) this.#replyForm = null;
    if (!thread.isOpen) {
      this.#form = this.#replyForm = null;
      view.holdForm(null);
    } else if (!this.#form) {
      this.#form = this.#makeForm(null);
      view.holdForm(this.#form.node);
    }
    this.#reopenReply(thread);
  }

  /** @param {Thread} thread @returns {Surroundings} */
  #surroundings(thread) {
    return {
      words: this.#words(),
      contentLang: this.#pageLang(),
      isOpen: thread.isOpen,
      now: new Date(),
      permalink: (id) => `${location.href.replace(/#.*/s, "")}#comment-${id}`,
      onReply: (comment) => this.#openReply(comment),
      onDismiss: (comment) => this.#dismiss(comment),
      onMore: (comment) => void this.#loadReplies(comment.id),
    };
  }

  /** @returns {Promise<void>} */
  async #loadMore() {
    const thread = this.#thread;
    const after = thread?.next;
    if (!thread || !after) return;
    const { signal } = this.#refreshing;
    await this.#grow(async () => thread.addPage(await askThread(this.#place(), { after, signal })));
  }

  /** @param {string} root @returns {Promise<void>} */
  async #loadReplies(root) {
    const thread = this.#thread;
    if (!thread) return;
    const { signal } = this.#refreshing;
    const cursor = thread.replyCursor(root);
    await this.#grow(async () => thread.addReplies(root, await askReplies(CommentThread.base, root, cursor, signal)));
  }

  /**
   * Show what else was loaded, and go on where it begins.
   * @param {() => Promise<void>} load
   */
  async #grow(load) {
    const [view, thread] = [this.#view, this.#thread];
    const { signal } = this.#refreshing;
    if (!view || !thread || this.#isGrowing) return;
    const before = new Set(thread.rows().map((row) => row.comment.id));
    this.#isGrowing = true;
    try {
      await load();
    } catch {
      if (!signal.aborted) view.tell(say(this.#words(), "moreFailed"));
      return;
    } finally {
      this.#isGrowing = false;
    }
    if (signal.aborted) return;
    this.#draw();
    const added = thread.rows().filter((row) => !before.has(row.comment.id));
    view.tell(say(this.#words(), "moreLoaded", { n: added.length }));
  }
  #isGrowing = false;

  // -- permalinks ----------------------------------------------------------------------------------------------

  /** Find the comment that the page's address points to, on a later page if need be, and go there. */
  async #followPermalink() {
    const id = PERMALINK.exec(location.hash)?.[1];
    const [view, thread] = [this.#view, this.#thread];
    if (!view || !thread) return;
    const { signal } = this.#refreshing;
    for (let asked = 0; id && !thread.has(id) && asked < REQUESTS_FOR_A_PERMALINK; asked++) {
      const unfinished = thread.rows().find((row) => row.more > 0);
      if (unfinished) await this.#loadReplies(unfinished.comment.id);
      else if (thread.next) await this.#loadMore();
      else break;
      if (signal.aborted) return;
    }
    view.highlight(id ?? null);
    if (id && !this.#shadow.activeElement?.matches("input, textarea")) view.view(id)?.focus();
    if (id && !thread.has(id)) view.tell(say(this.#words(), "notFound"));
  }

  // -- one's own -----------------------------------------------------------------------------------------------

  /** @param {AbortSignal} signal */
  async #loadOwn(signal) {
    const receipts = this.#keep.receipts();
    const open = receipts.filter((receipt) => !receipt.isSettled);
    const thread = this.#thread;
    if (open.length === 0 || !thread) return;
    const asked = open.map(({ receipt }) => receipt);
    const own = await askReceipts(CommentThread.base, asked, signal).catch(() => null);
    if (own === null || signal.aborted) return;
    const found = new Map(open.map((receipt, i) => [receipt, own[i] ?? null]));
    for (const comment of found.values()) if (comment && comment.status !== "deleted") thread.addOwn(comment);
    this.#keep.saveReceipts(
      receipts.flatMap((receipt) => {
        if (receipt.isSettled) return [receipt];
        const comment = found.get(receipt);
        const isGone = !comment || comment.status === "deleted";
        return isGone ? [] : [{ ...receipt, isSettled: thread.isPublished(comment.id) }];
      }),
    );
    this.#draw();
  }

  /** @param {Comment} comment */
  #dismiss({ id }) {
    this.#keep.saveReceipts(this.#keep.receipts().filter((receipt) => receipt.id !== id));
    this.#thread?.dropOwn(id);
    this.#draw();
    this.#view?.focus();
  }

  // -- writing -------------------------------------------------------------------------------------------------

  /** @param {Comment | null} parent */
  #makeForm(parent) {
    const place = this.#place();
    const thread = /** @type {Thread} */ (this.#thread);
    return new CommentForm({
      place,
      words: this.#words(),
      policy: thread.policy,
      keep: this.#keep,
      contentLang: this.#pageLang(),
      heading: `h${headingLevelOf(this.#raw) + 1}`,
      parent,
      writer: this.#writer,
      onFocus: () => void this.#wantToken(place),
      token: () => this.#token,
      onCancel: () => this.#closeReply(),
      onSent: (comment, receipt) => this.#onSent(comment, receipt),
      onFailed: (code) => this.#emit("comment-failed", { action: "submit", code }),
    });
  }

  /** @param {Place} place */
  async #wantToken(place) {
    if (performance.now() - this.#tokenAskedAt < TOKEN_GOOD_FOR_MILLISECONDS) return;
    this.#tokenAskedAt = performance.now();
    this.#token = await askFormToken(place).catch(() => null);
  }

  /** @param {Comment} parent */
  #openReply(parent) {
    if (this.#replyForm?.id === parent.id) {
      this.#replyForm.form.focus();
      return;
    }
    this.#holdReply(null);
    this.#holdReply(parent);
    this.#replyForm?.form.focus();
  }

  /** Keyboard focus goes back to where the form was opened. */
  #closeReply() {
    const id = this.#replyForm?.id;
    this.#holdReply(null);
    if (id) this.#view?.view(id)?.focusReplyButton();
  }

  /** @param {Comment | null} parent null closes the reply form */
  #holdReply(parent) {
    const open = this.#replyForm;
    if (open) {
      open.form.close();
      this.#view?.view(open.id)?.holdForm(null);
      this.#form?.showWriter();
    }
    this.#replyForm = parent && { form: this.#makeForm(parent), id: parent.id };
    if (parent && this.#replyForm) this.#view?.view(parent.id)?.holdForm(this.#replyForm.form.node);
  }

  /** A reply that was being written when the page was left stands open again. @param {Thread} thread */
  #reopenReply(thread) {
    if (this.#replyForm || !thread.isOpen) return;
    const row = thread.rows().find(({ comment }) => thread.isPublished(comment.id) && this.#keep.draft(comment.id)?.isOpen);
    if (row && !row.comment.isTombstone) this.#holdReply(row.comment);
  }

  /**
   * @param {Comment} comment
   * @param {string | null} receipt
   */
  #onSent(comment, receipt) {
    const [view, thread] = [this.#view, this.#thread];
    if (!view || !thread) return;
    const kept = this.#keep.receipts().filter(({ id }) => id !== comment.id);
    if (receipt !== null) this.#keep.saveReceipts([...kept, { id: comment.id, receipt, isSettled: false }]);
    if (comment.parent === this.#replyForm?.id) this.#holdReply(null);
    thread.addOwn(comment);
    if (comment.status === "approved") thread.count++;
    this.#draw();
    view.view(comment.id)?.focus();
    view.tell(say(this.#words(), comment.status === "approved" ? "posted" : "awaiting"));
    this.#emit("comment-submitted", { id: comment.id, status: comment.status });
  }

  /**
   * @param {"comments-loaded" | "comment-submitted" | "comment-failed"} name
   * @param {object} detail nothing about a person
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }
}

/** @param {unknown} error */
const codeOf = (error) => (error instanceof ServiceError ? error.code : "unreadable");

