/** The form: under the thread, or under the comment that is replied to. */

import { FIELD_NAMES, isRequired } from "./check_fields.js";
import { button, element, headingTag } from "./dom.js";
import { FormField } from "./form_field.js";
import { pieces, say } from "./messages.js";

/** @import { ConversationSetting } from "./conversation.js" */
/** @import { Keep } from "./keep.js" */
/** @import { Catalogue, MessageKey } from "./messages.js" */
/** @import { Comment, FieldName, Place, Policy, Writer } from "./types.js" */

/**
 * @typedef {object} FormSetting
 * @property {Place} place
 * @property {Catalogue} words
 * @property {Policy} policy
 * @property {Keep} keep
 * @property {string} contentLang
 * @property {number} headingLevel of the thread; the form's is the next
 * @property {string} suffix of the landmark's name
 * @property {Comment | null} parent the comment replied to
 * @property {Writer} writer
 * @property {FormListener} listener
 * @property {ConversationSetting["emit"]} emit
 *
 * @typedef {object} FormListener
 * @property {string | null} token signed note of when the form was opened, if it has come
 * @property {(form: CommentForm) => void} onFocus the reader turns to the form
 * @property {(form: CommentForm) => Promise<void>} onSubmit
 * @property {() => void} onCancel
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
  fields;
  setting;
  problem = element("p", { part: "form-error", role: "alert" });
  #label = element("span");
  sender = element("button", { type: "submit", part: "submit-button" }, this.#label);
  /** Whether everybody may read what a warning was about; good until something is changed. */
  isSure = false;
  isSending = false;
  /**
   * Sent and not yet answered for certain. Without content it was sent before the page was loaded: its key is
   * good for the very same words.
   * @type {Attempt | null}
   */
  attempt = null;

  /** @param {FormSetting} setting */
  constructor(setting) {
    this.setting = setting;
    const { words, policy, parent, headingLevel, listener } = setting;
    const make = (/** @type {FieldName} */ name) => new FormField(name, say(words, LABELS[name]), isRequired(name, policy));
    const [body, name, email, website] = /** @type {[FormField, FormField, FormField, FormField]} */ (FIELD_NAMES.map(make));
    this.fields = { body, name, email, website };
    const title = parent
      ? pieces(words, "replyTo", { name: element("bdi", {}, parent.name) })
      : [say(words, "leaveReply")];
    const headline = element(headingTag(headingLevel + 1), "title", ...title);
    const cancel = button("cancel-button link", say(words, "cancelReply"), () => listener.onCancel());
    this.node = element(
      "form",
      { part: parent ? "form reply-form" : "form", novalidate: true, "aria-label": headline.textContent + setting.suffix },
      headline,
      element("p", "note quiet", say(words, "formNote")),
      body.node,
      element("div", "writer", name.node, email.node, website.node),
      // Readers never meet it; only robots fill it in.
      element("input", { part: "decoy", name: "subject", tabindex: "-1", autocomplete: "off", "aria-hidden": "true" }),
      this.problem,
      element("div", "buttons", this.sender, parent && cancel),
    );
    this.#fillIn();
    this.node.addEventListener("focusin", () => listener.onFocus(this));
    this.node.oninput = () => this.#onInput();
    this.node.onsubmit = (event) => {
      event.preventDefault();
      void listener.onSubmit(this);
    };
    this.showSending(false);
  }

  focus() {
    this.fields.body.focus();
  }

  /** Show what the reader typed about themselves in another form. */
  showWriter() {
    const { writer } = this.setting;
    for (const name of WRITER_NAMES) this.fields[name].value = writer[name];
  }

  /** Note that the form is closed on purpose; its words are there when it is opened again. */
  close() {
    this.saveDraft(false);
  }

  #fillIn() {
    const { keep, parent, contentLang } = this.setting;
    this.fields.body.control.lang = contentLang;
    this.showWriter();
    const draft = keep.draft(parent?.id);
    if (!draft) return;
    const { words, key } = draft;
    this.fields.body.value = words;
    if (key) this.attempt = { words, key, submission: "" };
  }

  #onInput() {
    const { writer } = this.setting;
    for (const name of WRITER_NAMES) writer[name] = this.fields[name].value;
    this.isSure = false;
    this.saveDraft(true);
  }

  /** @param {boolean} isOpen */
  saveDraft(isOpen) {
    const { keep, parent } = this.setting;
    const words = this.fields.body.value;
    keep.saveDraft(parent?.id, { words, key: this.keyFor(words), isOpen });
  }

  /**
   * The key under which these words may already have arrived.
   * @param {string} words
   */
  keyFor(words) {
    return this.attempt?.words === words ? this.attempt.key : null;
  }

  /** It was sent: ready for another. */
  clear() {
    const { keep, parent } = this.setting;
    this.attempt = null;
    this.isSure = false;
    this.node.reset();
    this.showWriter();
    keep.saveDraft(parent?.id, null);
  }

  /** @param {boolean} isSending */
  showSending(isSending) {
    this.isSending = isSending;
    this.sender.ariaDisabled = String(isSending);
    this.#label.textContent = say(this.setting.words, isSending ? "beingPosted" : "postComment");
  }
}
