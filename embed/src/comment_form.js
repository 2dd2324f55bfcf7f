/** The form: under the thread, or under the comment that is replied to. */

import { sendComment, ServiceError } from "./ask_service.js";
import { checkFields, codePoints, completeWebsite, FIELD_NAMES } from "./check_fields.js";
import { button, element, fill } from "./dom.js";
import { FormField } from "./form_field.js";
import { pieces, say } from "./messages.js";
import { field, text } from "./wire.js";

/** @import { Keep } from "./keep.js" */
/** @import { Catalogue, MessageKey } from "./messages.js" */
/** @import { Comment, FieldName, Fields, Place, Policy } from "./types.js" */

/**
 * @typedef {object} FormSetting
 * @property {Place} place
 * @property {Catalogue} words
 * @property {Policy} policy
 * @property {Keep} keep
 * @property {string} contentLang
 * @property {string} heading `h3` and the like
 * @property {Comment | null} parent the comment replied to
 * @property {Omit<Fields, "body">} writer who is writing; shared by all forms, in memory only
 * @property {() => void} onFocus the reader turns to the form
 * @property {() => string | null} token signed note of when the form was opened, if it has come
 * @property {() => void} onCancel
 * @property {(comment: Comment, receipt: string | null) => void} onSent
 * @property {(code: string) => void} onFailed
 */

/** @type {ReadonlyMap<string, MessageKey>} */
const FAILURES = new Map([
  ["unreachable", "unreachable"],
  ["too_many_requests", "tooMany"],
  ["storage_unavailable", "unavailable"],
  ["thread_closed", "closed"],
]);
const WARN_AT = 0.9;
const LONGEST_TITLE = 300;

export class CommentForm {
  /** @type {Record<FieldName, FormField>} */
  #fields;
  #setting;
  #problem = element("p", { class: "problem", part: "form-error", role: "alert" });
  #label = element("span");
  #send = element("button", { type: "submit", class: "send", part: "submit-button" }, this.#label);
  #decoy = element("input", { type: "text", name: "subject", tabindex: "-1", autocomplete: "off" });
  #isSending = false;
  /** Sent and not yet answered for certain. @type {{ content: string, submission: string, words: string, key: string } | null} */
  #attempt = null;
  /** Key of an attempt made before the page was loaded, good for the very same words. @type {{ words: string, key: string } | null} */
  #earlier = null;

  /** @param {FormSetting} setting */
  constructor(setting) {
    this.#setting = setting;
    const { words, policy, parent, heading } = setting;
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
    const headline = document.createElement(heading);
    headline.append(...title);
    headline.setAttribute("part", "form-heading");
    this.node = element(
      "form",
      { part: parent ? "form reply-form" : "form", novalidate: true, "aria-label": headline.textContent },
      headline,
      this.#note(),
      body.node,
      element("div", { class: "writer" }, name.node, email.node, website.node),
      element("label", { class: "decoy", "aria-hidden": "true" }, say(words, "decoy"), this.#decoy),
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

  #note() {
    const { words } = this.#setting;
    const mark = element("span", { "aria-hidden": "true" }, "*");
    return element("p", { class: "quiet", part: "note" }, say(words, "note"), " ", ...pieces(words, "required", { mark }));
  }

  #buttons() {
    const { words, parent, onCancel } = this.#setting;
    const cancel = button({ class: "link", part: "cancel-button" }, say(words, "cancelReply"), onCancel);
    return element("div", { class: "buttons" }, this.#send, parent && cancel);
  }

  #fillIn() {
    const { keep, parent, contentLang } = this.#setting;
    this.#fields.body.control.lang = contentLang;
    this.showWriter();
    const draft = keep.draft(parent?.id ?? null);
    if (!draft) return;
    this.#fields.body.value = draft.words;
    if (draft.key) this.#earlier = { words: draft.words, key: draft.key };
  }

  #listen() {
    this.node.addEventListener("focusin", this.#setting.onFocus, { once: true });
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    for (const name of FIELD_NAMES) this.#fields[name].control.addEventListener("input", () => this.#onInput(name));
  }

  /** @param {FieldName} name */
  #onInput(name) {
    const { writer, words, policy } = this.#setting;
    const changed = this.#fields[name];
    if (name !== "body") {
      writer[name] = changed.value;
      return;
    }
    const left = policy.limits.body - codePoints(changed.value);
    changed.showHint(left >= 0 && left <= policy.limits.body * (1 - WARN_AT) ? say(words, "left", { n: left }) : "");
    this.#saveDraft(true);
  }

  /** @param {boolean} isOpen */
  #saveDraft(isOpen) {
    const { keep, parent } = this.#setting;
    const words = this.#fields.body.value;
    keep.saveDraft(parent?.id ?? null, { words, key: this.#keyFor(words), isOpen });
  }

  /**
   * The key under which these words may already have arrived.
   * @param {string} words
   */
  #keyFor(words) {
    const sent = this.#attempt ?? this.#earlier;
    return sent?.words === words ? sent.key : null;
  }

  /** @returns {Fields} */
  #values() {
    const { body, name, email, website } = this.#fields;
    return {
      body: body.value,
      name: name.value.trim(),
      email: email.value.trim(),
      website: completeWebsite(website.value),
    };
  }

  async #submit() {
    if (this.#isSending) return;
    const fields = this.#values();
    if (!this.#passes(fields)) return;
    const { submission, key } = this.#prepare(fields);
    this.#saveDraft(true);
    this.#showSending(true);
    try {
      const { comment, receipt } = await this.#post(submission, key);
      this.#forget();
      this.#setting.onSent(comment, receipt);
    } catch (error) {
      this.#fail(error instanceof ServiceError ? error : new ServiceError("unreadable"));
    } finally {
      this.#showSending(false);
    }
  }

  /** @param {Fields} fields */
  #passes(fields) {
    const { words, policy } = this.#setting;
    /** @type {Record<FieldName, MessageKey>} */
    const missing = { body: "missingBody", name: "missingName", email: "missingEmail", website: "website" };
    /** @type {Map<FieldName, string>} */
    const sentences = new Map();
    for (const [name, wrong] of checkFields(fields, policy)) {
      sentences.set(name, "missing" in wrong ? say(words, missing[name]) : say(words, "tooLong", { n: wrong.excess }));
    }
    this.#showErrors(sentences);
    return sentences.size === 0;
  }

  /**
   * The bytes to send and their key: the same ones again as long as nothing was changed.
   * @param {Fields} fields
   */
  #prepare({ body, name, email, website }) {
    const { place, parent, token } = this.#setting;
    const title = [...document.title].slice(0, LONGEST_TITLE).join("");
    const content = {
      site: place.site,
      url: place.url,
      ...(place.threadId !== null && { id: place.threadId }),
      ...(title && { title }),
      ...(parent && { parent: parent.id }),
      name,
      ...(email && { email }),
      ...(website && { website }),
      body,
      ...(this.#decoy.value && { subject: this.#decoy.value }),
    };
    const compared = JSON.stringify(content);
    if (this.#attempt?.content !== compared) {
      const key = (!this.#attempt && this.#keyFor(body)) || newKey();
      const formToken = token();
      const submission = JSON.stringify({ ...content, ...(formToken !== null && { form_token: formToken }) });
      this.#attempt = { content: compared, submission, words: body, key };
    }
    this.#earlier = null;
    return this.#attempt;
  }

  /**
   * @param {string} submission
   * @param {string} key
   */
  async #post(submission, key) {
    const { base } = this.#setting.place;
    try {
      return await sendComment(base, submission, key);
    } catch (error) {
      // The words arrived before the page was reloaded, with another name or address: these are new ones.
      if (!(error instanceof ServiceError) || error.code !== "idempotency_key_reused" || !this.#attempt) throw error;
      this.#attempt.key = newKey();
      return sendComment(base, submission, this.#attempt.key);
    }
  }

  #forget() {
    const { keep, parent } = this.#setting;
    this.#attempt = null;
    this.#fields.body.value = "";
    this.#fields.body.showHint("");
    this.#problem.textContent = "";
    keep.saveDraft(parent?.id ?? null, null);
  }

  /** @param {ServiceError} error */
  #fail(error) {
    const { words, onFailed } = this.#setting;
    if (error.isDefinitive) this.#attempt = null;
    this.#saveDraft(true);
    /** @type {Map<FieldName, string>} */
    const sentences = new Map();
    for (const name of FIELD_NAMES) {
      const sentence = text(field(error.fields, name));
      if (sentence) sentences.set(name, sentence);
    }
    this.#showErrors(sentences);
    const known = FAILURES.get(error.code);
    const said = known ? say(words, known) : error.title ?? say(words, "failed");
    const wait = error.retryAfterSeconds > 0 && ` ${say(words, "tryIn", { n: error.retryAfterSeconds })}`;
    if (sentences.size === 0) fill(this.#problem, said, wait);
    onFailed(error.code);
  }

  /** @param {Map<FieldName, string>} sentences */
  #showErrors(sentences) {
    const { words } = this.#setting;
    for (const name of FIELD_NAMES) this.#fields[name].showError(sentences.get(name) ?? "");
    fill(this.#problem, sentences.size > 0 && say(words, "checkFields", { n: sentences.size }));
    const first = FIELD_NAMES.find((name) => sentences.has(name));
    if (first) this.#fields[first].focus();
  }

  /** @param {boolean} isSending */
  #showSending(isSending) {
    this.#isSending = isSending;
    this.#send.setAttribute("aria-disabled", String(isSending));
    this.#label.textContent = say(this.#setting.words, isSending ? "posting" : "post");
  }
}

/** @returns {string} 128 random bits; `crypto.randomUUID` would need a secure page */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
