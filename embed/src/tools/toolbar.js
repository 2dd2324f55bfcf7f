/** Buttons and keys that write Markdown around what is selected. */

import { button, element, fill } from "../dom.js";
import { say } from "../messages.js";

/** @import { Catalogue, MessageKey } from "../messages.js" */

/**
 * @typedef {object} Format
 * @property {MessageKey} label
 * @property {string} [sign] what the button shows instead of its label
 * @property {string} [key] with Ctrl or ⌘
 * @property {[string, string]} [around] stands before and behind
 * @property {string} [line] stands before each line
 */

/** @type {Format[]} */
const FORMATS = [
  { label: "boldText", sign: "B", key: "b", around: ["**", "**"] },
  { label: "italicText", sign: "I", key: "i", around: ["*", "*"] },
  { label: "linkText", key: "k", around: ["[", "](https://)"] },
  { label: "quoteText", line: "> " },
  { label: "codeText", around: ["`", "`"] },
  { label: "listText", line: "- " },
];

/**
 * One stop for the tabulator; arrows go from button to button.
 * @param {Catalogue} words
 * @param {HTMLTextAreaElement} area
 * @param {Node} form stands in the thread from which may be quoted
 */
export function toolbar(words, area, form) {
  const made = FORMATS.map((format, i) => {
    const label = say(words, format.label);
    const attributes = { part: "tool", "aria-label": label, title: label, tabindex: i ? "-1" : "0" };
    const made = button(attributes, label, () => write(area, format, format.line === "> " ? selectedIn(form) : ""));
    if (format.sign) fill(made, element("span", { "aria-hidden": "true" }, format.sign));
    return made;
  });
  const bar = element("div", { part: "toolbar", role: "toolbar", "aria-label": say(words, "formattingTools") }, ...made);
  // Pressed with a mouse, a button must not take away what is selected elsewhere.
  bar.onpointerdown = (event) => event.preventDefault();
  bar.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const isMirrored = getComputedStyle(bar).direction === "rtl";
    const from = made.findIndex((each) => each.tabIndex === 0);
    const to = (from + (isMirrored ? -step : step) + made.length) % made.length;
    made.forEach((each, i) => (each.tabIndex = i === to ? 0 : -1));
    made[to]?.focus();
  };
  return bar;
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLTextAreaElement} area
 * @param {Element} bar
 * @returns {boolean} whether it was a key of ours
 */
export function shortcut(event, area, bar) {
  const isOurs = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.target === area;
  const at = isOurs ? FORMATS.findIndex(({ key }) => key === event.key.toLowerCase()) : -1;
  /** @type {HTMLElement | undefined} */ (bar.children[at])?.click();
  return at >= 0;
}

/**
 * @param {HTMLTextAreaElement} area
 * @param {Format} format
 * @param {string} quoted from the thread, where nothing is selected in the text itself
 */
function write(area, { around, line }, quoted) {
  area.focus();
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  if (around) {
    insert(area, around[0] + chosen + around[1]);
    const end = area.selectionEnd - around[1].length;
    // An address is what has to be typed next; else what was formatted stays selected.
    if (around[1].includes("(") && chosen) area.setSelectionRange(end + 2, area.selectionEnd - 1);
    else area.setSelectionRange(end - chosen.length, end);
    return;
  }
  const start = value.lastIndexOf("\n", from - 1) + 1;
  const lines = (chosen || quoted ? value.slice(start, from) + (chosen || quoted) : value.slice(start, to)).split("\n");
  const before = start > 0 && quoted && !chosen ? "\n" : "";
  area.setSelectionRange(start, to);
  insert(area, `${before}${lines.map((each) => line + each).join("\n")}${quoted && !chosen ? "\n\n" : ""}`);
}

/**
 * So that the browser's own undo takes it back.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
function insert(area, text) {
  if (!document.execCommand?.("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }
}

/**
 * What is selected in the thread around a form.
 * @param {Node} form
 * @returns {string}
 */
function selectedIn(form) {
  const root = /** @type {ShadowRoot & { getSelection?: () => Selection | null }} */ (form.getRootNode());
  const selection = root.getSelection ? root.getSelection() : document.getSelection();
  return String(selection ?? "").trim();
}
