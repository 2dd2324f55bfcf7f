/** Two native dialogs: the list of keys, and a question before many comments are decided at once. */

import { button, element } from "../src/dom.js";
import { KEYS, commandOf, keysAreOn, switchKeys } from "./keys.js";

/** @import { Command } from "./keys.js" */

/** Is a dialog open? Then keys are its own. */
export function isDialogOpen() {
  return document.querySelector("dialog[open]") !== null;
}

/** Show every key and what it does, and let them be switched off. */
export function showHelp() {
  const dialog = element(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    element("h2", { id: "help-title" }, "Keys"),
    element("dl", {}, ...KEYS.flatMap(([key, , words]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, words)])),
    element("p", { class: "meta" }, "Shift and a click on a second box selects all between."),
    switchOfKeys(),
  );
  dialog.append(element("p", { class: "ways" }, button({ autofocus: "" }, "Close", () => dialog.close())));
  show(dialog);
}

/**
 * Ask before doing something to many.
 * @param {string} question
 * @param {Array<{ label: string, command: Command, isFirst?: boolean, act: () => void }>} ways each also by its key
 */
export function ask(question, ways) {
  const dialog = element("dialog", { "aria-labelledby": "question" }, element("h2", { id: "question" }, question));
  const buttons = ways.map(({ label, command, isFirst, act }) => {
    const choice = button(isFirst ? { class: "primary" } : {}, label, () => (dialog.close(), act()));
    choice.append(element("kbd", { "aria-hidden": "true" }, KEYS.find(([, each]) => each === command)?.[0] ?? ""));
    return choice;
  });
  dialog.addEventListener("keydown", (event) => {
    const pressed = commandOf(event, keysAreOn());
    event.stopPropagation(); // no key is meant for the list behind as well
    buttons[ways.findIndex(({ command }) => command === pressed)]?.click();
  });
  dialog.append(
    element("p", {}, "Each is a decision of its own in the history; all of them can be undone together."),
    element("div", { class: "ways" }, ...buttons, button({}, "Cancel", () => dialog.close())),
  );
  show(dialog);
}

/** @returns {HTMLElement} */
function switchOfKeys() {
  const box = element("input", { type: "checkbox", checked: keysAreOn() });
  box.addEventListener("change", () => switchKeys(box.checked));
  return element("label", { class: "check" }, box, " Use single keys");
}

/** The browser brings the focus back to where it was when the dialog is closed. @param {HTMLDialogElement} dialog */
function show(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.querySelector("main")?.append(dialog);
  dialog.showModal();
}
