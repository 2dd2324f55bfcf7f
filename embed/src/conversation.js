/** One thread in one place: asks the service, keeps what the device may keep, hands what it learns to the view. */

import { askFormToken, askReceipts, askReplies, askThread, sendAppeal, serviceUrl } from "./ask_service.js";
import { appealForm } from "./appeal_form.js";
import { CommentForm } from "./comment_form.js";
import { headingTag } from "./dom.js";
import { Keep } from "./keep.js";
import { askCatalogue, ENGLISH } from "./messages.js";
import { Thread } from "./thread.js";
import { ThreadView } from "./thread_view.js";
import { readThread } from "./wire.js";

/** @import { FormListener } from "./comment_form.js" */
/** @import { ThreadListener } from "./thread_view.js" */
/** @import { Comment, Place, Writer } from "./types.js" */

/**
 * @typedef {object} ConversationSetting
 * @property {Place} place
 * @property {string} language name of its catalogue, empty for English
 * @property {string} contentLang language that comments are presumably in
 * @property {number} headingLevel 1 to 5
 * @property {boolean} mayStore whether the device's storage may be used
 * @property {Writer} writer
 * @property {(name: "comments-loaded" | "comment-submitted" | "comment-failed", detail: object) => void} emit
 *   tells the page; nothing about a person
 */

const REQUESTS_FOR_A_PERMALINK = 10;
/** The service takes no note for ever; a page may stay open for days. */
const TOKEN_GOOD_FOR_MILLISECONDS = 12 * 60 * 60 * 1000;
const PERMALINK = /^#comment-([\w-]+)$/;

/** @implements {ThreadListener} @implements {FormListener} */
export class Conversation {
  #setting;
  #keep;
  #view;
  #words = ENGLISH;
  /** @type {Promise<void>} */
  #spoken;
  #thread = new Thread(readThread(null), false);
  #loading = new AbortController();
  #isGrowing = false;
  /** Whether the page's address was followed; a refresh does not go there again. */
  #isArrived = false;
  /** @type {CommentForm | null} */
  #form = null;
  /** The one open reply form. @type {{ form: CommentForm, id: string } | null} */
  #reply = null;
  /** Signed note of when the form was opened. @type {string | null} */
  token = null;
  #tokenGoodUntil = 0;

  /** @param {ConversationSetting} setting */
  constructor(setting) {
    this.#setting = setting;
    const { place, headingLevel, mayStore } = setting;
    const { base, site, url, threadId } = place;
    this.#keep = new Keep(`${site}:${threadId ?? url}`, mayStore);
    this.#view = new ThreadView({
      ...setting,
      words: ENGLISH,
      headingTag: headingTag(headingLevel),
      ownPage: serviceUrl(base, "/read", { site, url, id: threadId }),
      permalink: (id) => `${location.href.replace(/#.*/s, "")}#comment-${id}`,
      listener: this,
    });
    this.node = this.#view.node;
    this.#spoken = this.#speak();
  }

  /** Ask for nothing more. */
  stop() {
    this.#loading.abort();
  }

  async #speak() {
    const { place, language } = this.#setting;
    this.#words = await askCatalogue(place.base, language);
    this.#view.speak(this.#words);
  }

  // -- reading -------------------------------------------------------------------------------------------------

  async load() {
    this.stop();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    const { place, emit } = this.#setting;
    this.#view.showLoading();
    const [asked] = await Promise.allSettled([askThread(place, { signal }), this.#spoken]);
    if (signal.aborted) return;
    if (asked.status === "rejected") {
      this.#view.showFailure();
      return emit("comment-failed", { action: "load", code: asked.reason.code });
    }
    this.#thread = new Thread(asked.value, place.sort === "newest");
    this.#draw();
    emit("comments-loaded", { count: this.#thread.count });
    await this.#loadOwn(signal);
    if (signal.aborted || this.#isArrived) return;
    this.#isArrived = true;
    await this.followPermalink();
  }

  #draw() {
    const { isOpen } = this.#thread;
    this.#view.draw(this.#thread);
    if (!isOpen) this.#form = null;
    else this.#form ??= this.#makeForm(null);
    this.#view.holdForm(this.#form?.node ?? null);
    if (!isOpen || !this.#reply || !this.#view.view(this.#reply.id)) this.#reply = null;
    if (isOpen && !this.#reply) this.#reopenReply();
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
    if (first) this.#view.view(first)?.focus(false);
    return first !== null;
  }

  #loadMore() {
    const { next: after } = this.#thread;
    return this.#grow(async (thread, signal) => thread.addPage(await askThread(this.#setting.place, { after, signal })));
  }

  /** @param {string} root */
  #loadReplies(root) {
    const { base } = this.#setting.place;
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
    const known = new Set(this.#thread.rows().map(({ comment }) => comment.id));
    try {
      await load(this.#thread, signal);
      if (signal.aborted) return undefined;
      this.#draw();
      const added = this.#thread.rows().filter(({ comment }) => !known.has(comment.id));
      this.#view.tell("moreLoaded", added.length);
      return added[0]?.comment.id;
    } catch {
      if (signal.aborted) return undefined;
      this.#view.tell("moreFailed");
      return null;
    } finally {
      this.#isGrowing = false;
    }
  }

  /** Find the comment that the page's address points to, on a later page if need be, and go there. */
  async followPermalink() {
    const id = PERMALINK.exec(location.hash)?.[1] ?? "";
    const { signal } = this.#loading;
    for (let asked = 0; id && !this.#view.view(id) && asked < REQUESTS_FOR_A_PERMALINK; asked++) {
      const unfinished = this.#thread.rows().find((row) => row.more > 0);
      if (unfinished) await this.#loadReplies(unfinished.comment.id);
      else if (this.#thread.next) await this.#loadMore();
      if (signal.aborted) return;
    }
    this.#view.highlight(id);
  }

  // -- one's own -----------------------------------------------------------------------------------------------

  /** @param {AbortSignal} signal */
  async #loadOwn(signal) {
    const receipts = this.#keep.receipts();
    const unsettled = receipts.filter(({ isSettled }) => !isSettled);
    if (unsettled.length === 0) return;
    const { base } = this.#setting.place;
    const own = await askReceipts(base, unsettled.map(({ receipt }) => receipt), signal).catch(() => null);
    if (!own || signal.aborted) return;
    unsettled.forEach((receipt, i) => {
      const comment = own[i];
      if (!comment || comment.status === "deleted") receipts.splice(receipts.indexOf(receipt), 1);
      else this.#thread.addOwn(comment);
      receipt.isSettled = this.#thread.isPublished(receipt.id);
      if (receipt.isSettled) this.#keep.proof = receipt.receipt;
    });
    this.#keep.saveReceipts(receipts);
    this.#draw();
  }

  /** @param {Comment} comment */
  onDismiss({ id }) {
    this.#keep.saveReceipts(this.#keep.receipts().filter((receipt) => receipt.id !== id));
    this.#thread.dropOwn(id);
    this.#draw();
    this.#view.focus();
  }

  /** @param {Comment} comment */
  onAppeal(comment) {
    const { id } = comment;
    const { place } = this.#setting;
    const view = this.#view.view(id);
    const form = appealForm(this.#words, async (why) => {
      await sendAppeal(place.base, id, this.#keep.receipts().find((kept) => kept.id === id)?.receipt, why);
      this.#thread.addOwn({ ...comment, appeal: "waiting" });
      view?.holdForm(null);
      this.#draw();
      view?.focus(false);
      this.#view.tell("appealMade");
    });
    view?.holdForm(form);
    form.querySelector("textarea")?.focus();
  }

  // -- writing -------------------------------------------------------------------------------------------------

  /** @param {Comment | null} parent */
  #makeForm(parent) {
    return new CommentForm({
      ...this.#setting,
      words: this.#words,
      policy: this.#thread.policy,
      keep: this.#keep,
      parent,
      listener: this,
    });
  }

  async onFocus() {
    if (Date.now() < this.#tokenGoodUntil) return;
    this.#tokenGoodUntil = Date.now() + TOKEN_GOOD_FOR_MILLISECONDS;
    this.token = await askFormToken(this.#setting.place).catch(() => null);
    if (!this.token) this.#tokenGoodUntil = 0;
  }

  onWrite() {
    this.#form?.focus();
  }

  /** @param {Comment} parent */
  onReply(parent) {
    if (this.#reply?.id !== parent.id) this.#holdReply(parent);
    this.#reply?.form.focus();
  }

  /** Keyboard focus goes back to where the form was opened. */
  onCancel() {
    const id = this.#reply?.id ?? "";
    this.#holdReply(null);
    this.#view.view(id)?.focusReplyButton();
  }

  /** @param {Comment | null} parent null closes the reply form */
  #holdReply(parent) {
    if (this.#reply) {
      this.#reply.form.close();
      this.#view.view(this.#reply.id)?.holdForm(null);
      this.#form?.showWriter();
    }
    this.#reply = null;
    if (!parent) return;
    const form = this.#makeForm(parent);
    this.#reply = { form, id: parent.id };
    this.#view.view(parent.id)?.holdForm(form.node);
  }

  /** A reply that was being written when the page was left stands open again. */
  #reopenReply() {
    const rows = this.#thread.rows();
    const row = rows.find(({ comment: { id, isTombstone } }) => !isTombstone && this.#keep.draft(id)?.isOpen);
    if (row) this.#holdReply(row.comment);
  }

  /**
   * @param {Comment} comment
   * @param {string | null} receipt
   */
  onSent(comment, receipt) {
    const { id, status, parent } = comment;
    const others = this.#keep.receipts().filter((kept) => kept.id !== id);
    if (receipt) {
      this.#keep.saveReceipts([...others, { id, receipt, isSettled: false }]);
      if (!this.#keep.proof) this.#keep.proof = receipt;
    }
    if (this.#reply?.id === parent) this.#holdReply(null);
    this.#thread.addOwn(comment);
    if (status === "approved") this.#thread.count++;
    this.#draw();
    this.#view.view(id)?.focus();
    this.#view.tell(status === "approved" ? "wasPosted" : "awaitsModeration");
    this.#setting.emit("comment-submitted", { id, status });
  }
}
