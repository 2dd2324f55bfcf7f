/** The form: under the thread, or under the comment that is replied to. */

import { sendComment } from "./ask_service.js";
import { checkFields, FIELD_NAMES } from "./check_fields.js";
import { button, element, fill, headingTag } from "./dom.js";
import { FormField } from "./form_field.js";
import { pieces, say } from "./messages.js";
import { textIn } from "./wire.js";

/** @import { ServiceError } from "./ask_service.js" */
/** @import { ConversationSetting } from "./conversation.js" */
/** @import { Keep } from "./keep.js" */
/** @import { Catalogue } from "./messages.js" */
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

export class CommentForm {
  /** @type {Record<FieldName, FormField>} */
  #fields;
  #setting;
  #problem = element("p", { part: "form-error", role: "alert" });
  #label = element("span");
  #send = element("button", { type: "submit", part: "submit-button" }, this.#label);
  /** Readers never meet it; only robots fill it in. */
  #decoy = element("input", { part: "decoy", name: "subject", tabindex: "-1", autocomplete: "off", "aria-hidden": "true" });
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
    const { words, policy, parent, headingLevel } = setting;
    const make = (/** @type {FieldName} */ name, /** @type {boolean} */ isRequired) =>
      new FormField(name, say(words, name), isRequired);
    this.#fields = {
      body: make("body", true),
      name: make("name", true),
      email: make("email", policy.isEmailRequired),
      website: make("website", false),
    };
    const { body, name, email, website } = this.#fields;
    const title = parent
      ? pieces(words, "replyTo", { name: element("bdi", {}, parent.name) })
      : [say(words, "leaveReply")];
    const headline = element(headingTag(headingLevel + 1), {}, ...title);
    this.node = element(
      "form",
      { part: parent ? "form reply-form" : "form", novalidate: true, "aria-label": headline.textContent },
      headline,
      element("p", { part: "note quiet" }, say(words, "note")),
      body.node,
      element("div", { part: "writer" }, name.node, email.node, website.node),
      this.#decoy,
      this.#problem,
      this.#buttons(),
    );
    this.#fillIn();
    this.#listen();
    this.#showSending(false);
  }

  focus() {
    this.#fields.body.focus();
  }

  /** Show what the reader typed about themselves in another form. */
  showWriter() {
    for (const name of FIELD_NAMES) if (name !== "body") this.#fields[name].value = this.#setting.writer[name];
  }

  /** Note that the form is closed on purpose; its words are there when it is opened again. */
  close() {
    this.#saveDraft(false);
  }

  #buttons() {
    const { words, parent, listener } = this.#setting;
    const cancel = button({ part: "cancel-button link" }, say(words, "cancelReply"), () => listener.onCancel());
    return element("div", { part: "buttons" }, this.#send, parent && cancel);
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

  #listen() {
    this.node.addEventListener("focusin", () => this.#setting.listener.onFocus());
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    for (const name of FIELD_NAMES) this.#fields[name].control.addEventListener("input", () => this.#onInput(name));
  }

  /** @param {FieldName} name */
  #onInput(name) {
    if (name === "body") this.#saveDraft(true);
    else this.#setting.writer[name] = this.#fields[name].value;
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

  /** @returns {Fields} */
  #values() {
    const values = FIELD_NAMES.map((name) => [name, this.#fields[name].value]);
    return Object.fromEntries(values);
  }

  async #submit() {
    if (this.#isSending) return;
    const fields = this.#values();
    if (!this.#passes(fields)) return;
    const attempt = this.#prepare(fields);
    this.#saveDraft(true);
    this.#showSending(true);
    try {
      const { comment, receipt } = await this.#post(attempt);
      this.#forget();
      this.#setting.listener.onSent(comment, receipt);
    } catch (error) {
      this.#fail(/** @type {ServiceError} */ (error));
    } finally {
      this.#showSending(false);
    }
  }

  /** @param {Fields} fields */
  #passes(fields) {
    const { words, policy } = this.#setting;
    /** @type {Map<FieldName, string>} */
    const sentences = new Map();
    for (const [name, excess] of checkFields(fields, policy)) {
      sentences.set(name, say(words, excess ? "tooLong" : "missing", { n: excess }));
    }
    this.#showErrors(sentences);
    return sentences.size === 0;
  }

  /**
   * The bytes to send and their key: the same ones again as long as nothing was changed.
   * @param {Fields} fields
   * @returns {Attempt}
   */
  #prepare(fields) {
    const { place, parent, listener, keep } = this.#setting;
    const content = {
      site: place.site,
      url: place.url,
      id: place.threadId,
      title: document.title,
      parent: parent?.id,
      ...fields,
      subject: this.#decoy.value,
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
    this.#fields.body.value = "";
    this.#problem.textContent = "";
    keep.saveDraft(parent?.id, null);
  }

  /** @param {ServiceError} error */
  #fail(error) {
    const { words, emit } = this.#setting;
    if (error.isDefinitive) this.#attempt = null;
    this.#saveDraft(true);
    /** @type {Map<FieldName, string>} */
    const sentences = new Map();
    for (const name of FIELD_NAMES) {
      const sentence = textIn(error.fields, name);
      if (sentence) sentences.set(name, sentence);
    }
    this.#showErrors(sentences);
    const said = error.title ?? say(words, error.status ? "failed" : "unreachable");
    const n = error.retryAfterSeconds;
    if (sentences.size === 0) fill(this.#problem, said, n > 0 && ` ${say(words, "tryIn", { n })}`);
    emit("comment-failed", { action: "submit", code: error.code });
  }

  /** @param {Map<FieldName, string>} sentences */
  #showErrors(sentences) {
    const { words } = this.#setting;
    for (const name of FIELD_NAMES) this.#fields[name].showError(sentences.get(name) ?? "");
    fill(this.#problem, sentences.size > 0 && say(words, "checkFields"));
    const first = FIELD_NAMES.find((name) => sentences.has(name));
    if (first) this.#fields[first].focus();
  }

  /** @param {boolean} isSending */
  #showSending(isSending) {
    this.#isSending = isSending;
    this.#send.ariaDisabled = String(isSending);
    this.#label.textContent = say(this.#setting.words, isSending ? "posting" : "post");
  }
}

/** @returns {string} 128 random bits; `crypto.randomUUID` would need a secure page */
const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
