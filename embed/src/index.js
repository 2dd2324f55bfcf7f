/** What the script tag does: define the element and, where the page has none, put one where the tag stands. */

import { CommentThread } from "./comment_thread.js";
import { SETTINGS } from "./settings.js";

const NAME = "comment-thread";

/** @param {HTMLScriptElement} script */
function readTag(script) {
  CommentThread.base = new URL(script.src, location.href).origin;
  for (const name of SETTINGS) {
    const value = script.getAttribute(`data-${name}`);
    if (value !== null) CommentThread.defaults[name] = value;
  }
}

/** @param {HTMLScriptElement} script */
function place(script) {
  const isVisible = document.body?.contains(script);
  if (isVisible && CommentThread.defaults.site && !document.querySelector(NAME)) {
    script.after(document.createElement(NAME));
  }
}

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
if (!customElements.get(NAME)) {
  if (script) readTag(script);
  customElements.define(NAME, CommentThread);
}
if (script) place(script);
