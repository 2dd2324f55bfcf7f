/** One thread in one place: asks the service, keeps what the device may keep, hands what it learns to the view. */

import { askReplies, askThread, serviceUrl } from "./ask_service.js";
import { askTools } from "./ask_tools.js";
import { CommentForm } from "./comment_form.js";
import { headingTag } from "./dom.js";
import { Keep } from "./keep.js";
import { askCatalogue, ENGLISH, isFluent, learnToTell, say } from "./messages.js";
import { Thread } from "./thread.js";
import { ThreadView } from "./thread_view.js";
import { readThread } from "./wire.js";

/** @import { Action } from "./tools/index.js" */
/** @import { FormListener } from "./comment_form.js" */
/** @import { ThreadListener } from "./thread_view.js" */
/** @import { Comment, Place, Sort, Writer } from "./types.js" */

/**
 * @typedef {object} ConversationSetting
 * @property {Place} place
 * @property {string} language name of its catalogue, empty for English
 * @property {string} contentLang language that comments are presumably in
 * @property {number} headingLevel 1 to 5
 * @property {string} suffix of the names of landmarks: tells them from those of other threads on the page
 * @property {boolean} mayStore whether the device's storage may be used
 * @property {Writer} writer
 * @property {(name: "comments-loaded" | "comment-submitted" | "comment-failed", detail: object) => void} emit
 *   tells the page; nothing about a person
 */

/** A browser that waits so long for the service has the time to learn. */
const LEARN_AFTER_MILLISECONDS = 20;
/** Comments that are drawn and painted first, because more are not in sight. */
const GLIMPSE = 5;
const REQUESTS_FOR_A_PERMALINK = 10;
/** How often a reader who stays is told of new comments. */
const LOOK_MILLISECONDS = 60_000;
/** The service tells times to the minute: what came within it counts as new. */
const MINUTE_MILLISECONDS = 60_000;
/** What another device's link brings along (tools/carry_receipts.js), or an anchor of another program (tools/follow_old.js). */
const CARRIED = /^#(comments-own|comment-\d+$|isso|atk|remark42|commento|comentario)/;

/** @implements {ThreadListener} @implements {FormListener} */
export class Conversation {
  setting;
  keep;
  view;
  words = ENGLISH;
  thread = new Thread(readThread(null), false);
  /** @type {Promise<void>} */
  #spoken;
  #loading = new AbortController();
  #isGrowing = false;
  /** Whether the page's address was followed; a refresh does not go there again. */
  #isArrived = false;
  /** @type {CommentForm | null} */
  #form = null;
  /** The one open reply form. @type {{ form: CommentForm, id: string } | null} */
  reply = null;
  /** Signed note of when the form was opened. @type {string | null} */
  token = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;

  /** @param {ConversationSetting} setting */
  constructor(setting) {
    this.setting = setting;
    const { place, headingLevel, mayStore } = setting;
    const { base, site, url, threadId } = place;
    this.keep = new Keep(`${site}:${threadId ?? url}`, mayStore);
    this.seen = this.keep.seen ? this.keep.seen - MINUTE_MILLISECONDS : Infinity;
    setting.writer.name ||= this.keep.name ?? "";
    this.view = new ThreadView({
      ...setting,
      words: ENGLISH,
      headingTag: headingTag(headingLevel),
      ownPage: serviceUrl(base, "/read", { site, url, id: threadId }),
      permalink: (id) => `${location.href.replace(/#.*/s, "")}#comment-${id}`,
      listener: this,
    });
    this.node = this.view.node;
    this.#spoken = this.#speak();
  }

  /** Ask for nothing more. */
  stop() {
    clearInterval(this.#looking);
    this.#loading.abort();
  }

  async #speak() {
    const { place, language } = this.setting;
    this.words = await askCatalogue(place.base, language);
    this.view.speak(this.words);
  }

  // -- reading -------------------------------------------------------------------------------------------------

  async load() {
    this.stop();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    const { place, emit } = this.setting;
    this.view.showLoading();
    const asking = askThread(place, { signal });
    setTimeout(learnToTell, LEARN_AFTER_MILLISECONDS);
    const [asked] = await Promise.allSettled([asking, this.#spoken]);
    if (signal.aborted) return;
    if (asked.status === "rejected") {
      this.view.showFailure();
      return emit("comment-failed", { action: "load", code: asked.reason.code });
    }
    this.thread = new Thread(asked.value, place.sort === "newest");
    if (!isFluent && !document.hidden) {
      this.view.draw(this.thread, place.sort, false, GLIMPSE);
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      if (signal.aborted) return;
    }
    learnToTell();
    this.draw();
    emit("comments-loaded", { count: this.thread.count });
    this.keep.seen = Date.now();
    this.#looking = setInterval(() => void this.#look(signal), LOOK_MILLISECONDS);
    if (CARRIED.test(location.hash)) await (await this.#tools())?.takeAlong(this, signal).catch(() => {});
    if (this.keep.receipts().some(({ isSettled }) => !isSettled)) await (await this.#tools())?.loadOwn(this, signal);
    if (signal.aborted || this.#isArrived) return;
    this.#isArrived = true;
    await this.followPermalink();
  }

  draw() {
    const { isOpen } = this.thread;
    this.view.draw(this.thread, this.setting.place.sort, this.keep.receipts().length > 0);
    if (!isOpen) this.#form = null;
    else this.#form ??= this.#makeForm(null);
    this.view.holdForm(this.#form?.node ?? null);
    if (!isOpen || !this.reply || !this.view.view(this.reply.id)) this.reply = null;
    if (isOpen && !this.reply) this.#reopenReply();
  }

  async onLoadMore() {
    return this.#goOn(await this.#loadMore());
  }

  /** @param {string} root */
  async onMoreReplies(root) {
    return this.#goOn(await this.#loadReplies(root));
  }

  /** @param {string | null | undefined} first new comment, null if loading failed */
  #goOn(first) {
    if (first) this.view.view(first)?.focus(false);
    return first !== null;
  }

  #loadMore() {
    const { next: after } = this.thread;
    return this.#grow(async (thread, signal) => thread.addPage(await askThread(this.setting.place, { after, signal })));
  }

  /** @param {string} root */
  #loadReplies(root) {
    const { base } = this.setting.place;
    return this.#grow(async (thread, signal) =>
      thread.addReplies(root, await askReplies(base, root, thread.replyCursor(root), signal)),
    );
  }

  /**
   * Load more, one thing at a time, and show it.
   * @param {(thread: Thread, signal: AbortSignal) => Promise<void>} load
   * @returns {Promise<string | null | undefined>} the first new comment, undefined if none came, null if it failed
   */
  async #grow(load) {
    if (this.#isGrowing) return undefined;
    this.#isGrowing = true;
    const { signal } = this.#loading;
    const known = new Set(this.thread.rows().map(({ comment }) => comment.id));
    try {
      await load(this.thread, signal);
      if (signal.aborted) return undefined;
      this.draw();
      const added = this.thread.rows().filter(({ comment }) => !known.has(comment.id));
      this.view.tell("moreLoaded", added.length);
      return added[0]?.comment.id;
    } catch {
      if (signal.aborted) return undefined;
      this.view.tell("moreFailed");
      return null;
    } finally {
      this.#isGrowing = false;
    }
  }

  /** Find the comment that the page's address points to, on a later page if need be, and go there. */
  async followPermalink() {
    const id = location.hash.split("#comment-")[1] ?? "";
    const { signal } = this.#loading;
    for (let asked = 0; id && !this.view.view(id) && asked < REQUESTS_FOR_A_PERMALINK; asked++) {
      const unfinished = this.thread.rows().find((row) => row.more > 0);
      if (unfinished) await this.#loadReplies(unfinished.comment.id);
      else if (this.thread.next) await this.#loadMore();
      if (signal.aborted) return;
    }
    this.view.highlight(id);
  }

  /** @param {AbortSignal} signal */
  async #look(signal) {
    if (document.hidden) return;
    const page = await askThread(this.setting.place, { signal }).catch(() => null);
    if (page) this.view.offer(page.count - this.thread.count);
  }

  /** What came meanwhile; the keyboard goes on at the first of it. */
  async onNew() {
    const known = new Set(this.thread.rows().map(({ comment }) => comment.id));
    await this.load();
    this.#goOn(this.thread.rows().find(({ comment }) => !known.has(comment.id))?.comment.id);
  }

  /** @param {string} id */
  isLiked(id) {
    return id in this.keep.likes();
  }

  /** @param {Sort} sort */
  onSort(sort) {
    this.setting.place.sort = sort;
    void this.load();
  }

  // -- acting --------------------------------------------------------------------------------------------------

  /** The script for what readers do; null if it cannot be had. */
  async #tools() {
    const tools = await askTools(this.setting.place.base).catch(() => null);
    tools?.dress(this.node);
    return tools;
  }

  /** @param {Action} action @param {Comment} comment */
  async onAct(action, comment) {
    const tools = await this.#tools();
    if (tools) await tools.actions[action](this, comment);
    else this.view.tell("sendFailed");
  }

  // -- writing -------------------------------------------------------------------------------------------------

  /** @param {Comment | null} parent */
  #makeForm(parent) {
    return new CommentForm({
      ...this.setting,
      words: this.words,
      policy: this.thread.policy,
      keep: this.keep,
      parent,
      listener: this,
    });
  }

  /** @param {CommentForm} form */
  async onFocus(form) {
    (await this.#tools())?.equip(this, form);
  }

  async onShowOwn() {
    await (await this.#tools())?.showOwn(this);
  }

  /** @param {CommentForm} form */
  async onSubmit(form) {
    const tools = await this.#tools();
    if (tools) await tools.send(this, form);
    else form.problem.textContent = say(this.words, "sendFailed");
  }

  onWrite() {
    this.#form?.focus();
  }

  /** @param {Comment} parent */
  onReply(parent) {
    if (this.reply?.id !== parent.id) this.holdReply(parent);
    this.reply?.form.focus();
  }

  /** Keyboard focus goes back to where the form was opened. */
  onCancel() {
    const id = this.reply?.id ?? "";
    this.holdReply(null);
    this.view.view(id)?.focusReplyButton();
  }

  /** @param {Comment | null} parent null closes the reply form */
  holdReply(parent) {
    if (this.reply) {
      this.reply.form.close();
      this.view.view(this.reply.id)?.holdForm(null);
      this.#form?.showWriter();
    }
    this.reply = null;
    if (!parent) return;
    const form = this.#makeForm(parent);
    this.reply = { form, id: parent.id };
    this.view.view(parent.id)?.holdForm(form.node);
  }

  /** A reply that was being written when the page was left stands open again. */
  #reopenReply() {
    const rows = this.thread.rows();
    const row = rows.find(({ comment: { id, isTombstone } }) => !isTombstone && this.keep.draft(id)?.isOpen);
    if (row) this.holdReply(row.comment);
  }
}
