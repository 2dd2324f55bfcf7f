/** The form: under the thread, or under the comment that is replied to. */

import { sendComment } from "./ask_service.js";
import { checkField, FIELD_NAMES, isRequired, PUBLIC_NAMES } from "./check_fields.js";
import { button, element, fill, headingTag } from "./dom.js";
import { FormField } from "./form_field.js";
import { hasAddress, hasPhone } from "./giveaways.js";
import { explain, pieces, say } from "./messages.js";
import { notifyChoice } from "./notify_choice.js";
import { textIn } from "./wire.js";

/** @import { ServiceError } from "./ask_service.js" */
/** @import { ConversationSetting } from "./conversation.js" */
/** @import { Keep } from "./keep.js" */
/** @import { Catalogue, MessageKey } from "./messages.js" */
/** @import { Wish } from "./notify_choice.js" */
/** @import { Comment, FieldName, Fields, Place, Policy, Writer } from "./types.js" */

/**
 * @typedef {object} FormSetting
 * @property {Place} place
 * @property {Catalogue} words
 * @property {Policy} policy
 * @property {Keep} keep
 * @property {string} contentLang
 * @property {number} headingLevel of the thread; the form's is the next
 * @property {Comment | null} parent the comment replied to
 * @property {Writer} writer
 * @property {FormListener} listener
 * @property {ConversationSetting["emit"]} emit
 *
 * @typedef {object} FormListener
 * @property {string | null} token signed note of when the form was opened, if it has come
 * @property {() => void} onFocus the reader turns to the form
 * @property {() => void} onCancel
 * @property {(comment: Comment, receipt: string | null) => void} onSent
 *
 * @typedef {object} Attempt
 * @property {string} words
 * @property {string} key
 * @property {string} [content] to be compared with what is sent next
 * @property {string} submission the bytes; none were made on this page, if there is no content
 */

/** @type {Record<FieldName, MessageKey>} */
const LABELS = { body: "bodyLabel", name: "nameLabel", email: "emailLabel", website: "websiteLabel" };
/** Everything about the writer, who is the same in all forms. */
const WRITER_NAMES = /** @type {(keyof Writer)[]} */ (FIELD_NAMES.slice(1));

export class CommentForm {
  /** @type {Record<FieldName, FormField>} */
  #fields;
  #setting;
  #notify;
  #problem = element("p", { part: "form-error", role: "alert" });
  #label = element("span");
  #send = element("button", { type: "submit", part: "submit-button" }, this.#label);
  /** Stands at a field that says more than its writer may want. */
  #warning = element("div", { part: "warning", role: "alert", tabindex: "-1" });
  /** Whether everybody may read what the warning was about; good until something is changed. */
  #isSure = false;
  #isSending = false;
  /**
   * Sent and not yet answered for certain. Without content it was sent before the page was loaded: its key is
   * good for the very same words.
   * @type {Attempt | null}
   */
  #attempt = null;

  /** @param {FormSetting} setting */
  constructor(setting) {
    this.#setting = setting;
    const { words, policy, parent, headingLevel, listener } = setting;
    const make = (/** @type {FieldName} */ name) => new FormField(name, say(words, LABELS[name]), isRequired(name, policy));
    const [body, name, email, website] = /** @type {[FormField, FormField, FormField, FormField]} */ (FIELD_NAMES.map(make));
    this.#fields = { body, name, email, website };
    this.#notify = notifyChoice(words);
    const title = parent
      ? pieces(words, "replyTo", { name: element("bdi", {}, parent.name) })
      : [say(words, "leaveReply")];
    const headline = element(headingTag(headingLevel + 1), {}, ...title);
    const cancel = button("cancel-button link", say(words, "cancelReply"), () => listener.onCancel());
    this.node = element(
      "form",
      { part: parent ? "form reply-form" : "form", novalidate: true, "aria-label": headline.textContent },
      headline,
      element("p", "note quiet", say(words, "formNote")),
      body.node,
      element("div", "writer", name.node, email.node, website.node),
      policy.mayNotify && this.#notify,
      // Readers never meet it; only robots fill it in.
      element("input", { part: "decoy", name: "subject", tabindex: "-1", autocomplete: "off", "aria-hidden": "true" }),
      this.#problem,
      element("div", "buttons", this.#send, parent && cancel),
    );
    this.#fillIn();
    this.node.addEventListener("focusin", () => listener.onFocus());
    this.node.oninput = () => this.#onInput();
    this.node.onsubmit = (event) => {
      event.preventDefault();
      void this.#submit();
    };
    this.#showSending(false);
  }

  focus() {
    this.#fields.body.focus();
  }

  /** Show what the reader typed about themselves in another form. */
  showWriter() {
    const { writer } = this.#setting;
    for (const name of WRITER_NAMES) this.#fields[name].value = writer[name];
    this.#notify.disabled = !writer.email;
  }

  /** Note that the form is closed on purpose; its words are there when it is opened again. */
  close() {
    this.#saveDraft(false);
  }

  #fillIn() {
    const { keep, parent, contentLang } = this.#setting;
    this.#fields.body.control.lang = contentLang;
    this.showWriter();
    const draft = keep.draft(parent?.id);
    if (!draft) return;
    const { words, key } = draft;
    this.#fields.body.value = words;
    if (key) this.#attempt = { words, key, submission: "" };
  }

  #onInput() {
    const { writer } = this.#setting;
    for (const name of WRITER_NAMES) writer[name] = this.#fields[name].value;
    this.#notify.disabled = !writer.email;
    this.#isSure = false;
    this.#warning.remove();
    this.#saveDraft(true);
  }

  /** @param {boolean} isOpen */
  #saveDraft(isOpen) {
    const { keep, parent } = this.#setting;
    const words = this.#fields.body.value;
    keep.saveDraft(parent?.id, { words, key: this.#keyFor(words), isOpen });
  }

  /**
   * The key under which these words may already have arrived.
   * @param {string} words
   */
  #keyFor(words) {
    return this.#attempt?.words === words ? this.#attempt.key : null;
  }

  async #submit() {
    if (this.#isSending) return;
    const fields = /** @type {Fields & Wish} */ (Object.fromEntries(new FormData(this.node)));
    if (this.#isWrong(fields) || this.#isRisky(fields)) return;
    const attempt = this.#prepare(fields);
    this.#saveDraft(true);
    this.#showSending(true);
    try {
      const { comment, receipt } = await this.#post(attempt);
      this.#forget();
      this.#setting.listener.onSent({ ...comment, isToConfirm: Boolean(fields.notify || fields.notify_decision) }, receipt);
    } catch (error) {
      this.#fail(/** @type {ServiceError} */ (error));
    } finally {
      this.#showSending(false);
    }
  }

  /** @param {Fields} fields */
  #isWrong(fields) {
    const { words, policy } = this.#setting;
    return this.#showErrors((name) => {
      const n = checkField(name, fields[name], policy);
      return n === null ? "" : say(words, n ? "tooLong" : "fieldMissing", { n });
    });
  }

  /**
   * Stop, once, before the writer tells everybody what they may not have meant to. Nothing was sent yet.
   * @param {Fields} fields
   */
  #isRisky(fields) {
    const { words } = this.#setting;
    const name = PUBLIC_NAMES.find((each) => hasAddress(fields[each], fields.email) || hasPhone(fields[each]));
    if (this.#isSure || !name) return false;
    const field = this.#fields[name];
    fill(
      this.#warning,
      say(words, hasAddress(fields[name], fields.email) ? "givesAddress" : "givesPhone"),
      button({}, say(words, "changeIt"), () => {
        field.focus();
        this.#warning.remove();
      }),
      button({}, say(words, "postAnyway"), () => {
        this.#isSure = true;
        this.#send.click();
        this.#send.focus();
        this.#warning.remove();
      }),
    );
    field.node.append(this.#warning);
    this.#warning.focus();
    return true;
  }

  /**
   * The bytes to send and their key: the same ones again as long as nothing was changed.
   * @param {Fields & Wish} fields
   * @returns {Attempt}
   */
  #prepare(fields) {
    const { place, parent, listener, keep } = this.#setting;
    const { site, url, threadId: id } = place;
    const content = {
      ...fields,
      // Nothing is sent of what was not chosen.
      notify: fields.notify || undefined,
      notify_decision: fields.notify_decision && true,
      ...{ site, url, id, title: document.title, parent: parent?.id },
    };
    const compared = JSON.stringify(content);
    if (this.#attempt?.content !== compared) {
      const key = (!this.#attempt?.content && this.#keyFor(fields.body)) || newKey();
      const submission = JSON.stringify({ ...content, form_token: listener.token, receipt: keep.proof });
      this.#attempt = { content: compared, submission, words: fields.body, key };
    }
    return this.#attempt;
  }

  /** @param {Attempt} attempt */
  #post(attempt) {
    const { base } = this.#setting.place;
    return sendComment(base, attempt).catch((error) => {
      // The words arrived before the page was reloaded, with another name or address: these are new ones.
      if (error.code !== "idempotency_key_reused") throw error;
      attempt.key = newKey();
      return sendComment(base, attempt);
    });
  }

  #forget() {
    const { keep, parent } = this.#setting;
    this.#attempt = null;
    this.#isSure = false;
    this.node.reset();
    this.showWriter();
    keep.saveDraft(parent?.id, null);
  }

  /** @param {ServiceError} error */
  #fail(error) {
    const { words, emit } = this.#setting;
    if (error.isDefinitive) this.#attempt = null;
    this.#saveDraft(true);
    const n = error.retryAfterSeconds;
    if (!this.#showErrors((code) => {
      const title = textIn(error.fields, code);
      return title && explain(words, { code, title });
    })) {
      fill(this.#problem, explain(words, error), n > 0 && ` ${say(words, "tryIn", { n })}`);
    }
    emit("comment-failed", { action: "submit", code: error.code });
  }

  /**
   * @param {(name: FieldName) => string | null} sentenceFor
   * @returns {boolean} whether there is any
   */
  #showErrors(sentenceFor) {
    const [first] = FIELD_NAMES.filter((name) => this.#fields[name].showError(sentenceFor(name)));
    fill(this.#problem);
    if (first) this.#fields[first].focus();
    return Boolean(first);
  }

  /** @param {boolean} isSending */
  #showSending(isSending) {
    this.#isSending = isSending;
    this.#send.ariaDisabled = String(isSending);
    this.#label.textContent = say(this.#setting.words, isSending ? "beingPosted" : "postComment");
  }
}

/** @returns {string} 128 random bits; `crypto.randomUUID` would need a secure page */
const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
