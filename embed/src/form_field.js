/** A labelled field with its error and its hint. */

import { element } from "./dom.js";

/** @import { FieldName } from "./types.js" */

/** @type {Record<FieldName, Record<string, string>>} */
const ATTRIBUTES = {
  body: { rows: "6", dir: "auto" },
  name: { type: "text", autocomplete: "name", dir: "auto" },
  email: { type: "email", autocomplete: "email", dir: "ltr" },
  website: { type: "url", autocomplete: "url", dir: "ltr", inputmode: "url" },
};
let made = 0;

export class FormField {
  #error = element("span", { class: "error", part: "error" });
  #hint = element("span", { class: "quiet", part: "hint" });

  /**
   * @param {FieldName} name
   * @param {string} label
   * @param {boolean} isRequired
   */
  constructor(name, label, isRequired) {
    const id = `${name}-${++made}`;
    this.#error.id = `${id}-error`;
    this.#hint.id = `${id}-hint`;
    const attributes = { id, name, part: "input", required: isRequired, ...ATTRIBUTES[name] };
    this.control = element(name === "body" ? "textarea" : "input", attributes);
    this.control.setAttribute("aria-describedby", `${this.#error.id} ${this.#hint.id}`);
    const mark = element("span", { "aria-hidden": "true" }, " *");
    this.node = element(
      "div",
      { class: "field", part: "field" },
      element("label", { for: id, part: "label" }, label, isRequired && mark),
      this.control,
      this.#error,
      this.#hint,
    );
  }

  get value() {
    return this.control.value;
  }

  set value(value) {
    this.control.value = value;
  }

  focus() {
    this.control.focus();
  }

  /** @param {string} sentence empty if there is none */
  showError(sentence) {
    this.#error.textContent = sentence;
    if (sentence) this.control.setAttribute("aria-invalid", "true");
    else this.control.removeAttribute("aria-invalid");
  }

  /** @param {string} sentence empty if there is none */
  showHint(sentence) {
    this.#hint.textContent = sentence;
  }
}
