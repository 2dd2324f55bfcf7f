/** A labelled field with its error. */

import { element } from "./dom.js";

/** @import { FieldName } from "./types.js" */

/** @type {Record<FieldName, Record<string, string>>} */
const ATTRIBUTES = {
  body: { dir: "auto" },
  name: { type: "text", autocomplete: "name", dir: "auto" },
  email: { type: "email", autocomplete: "email", dir: "ltr" },
  website: { type: "url", autocomplete: "url", dir: "ltr", inputmode: "url" },
};
/** Two scripts make fields for one thread; no two have one id. */
let made = Math.floor(Math.random() * 1e9);

export class FormField {
  #error = element("span", "error");

  /**
   * @param {FieldName} name
   * @param {string} label
   * @param {boolean} isRequired
   */
  constructor(name, label, isRequired) {
    const id = `${name}-${++made}`;
    this.#error.id = `${id}-error`;
    this.control = element(name === "body" ? "textarea" : "input", {
      id,
      name,
      part: "input",
      required: isRequired,
      "aria-describedby": this.#error.id,
      ...ATTRIBUTES[name],
    });
    // Else browsers tell of every empty required field that it is wrong, before its writer came to it.
    this.showError("");
    const mark = element("span", { "aria-hidden": "true" }, " *");
    this.node = element(
      "div",
      "field",
      element("label", { for: id, part: "label" }, label, isRequired && mark),
      this.control,
      this.#error,
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

  /**
   * @param {string | null} sentence none if nothing is wrong
   * @returns {string | null} the same
   */
  showError(sentence) {
    this.#error.textContent = sentence;
    this.control.ariaInvalid = String(!!sentence);
    return sentence;
  }
}
