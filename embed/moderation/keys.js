/** Which key does what, and when a key is not meant for us. */

/**
 * @typedef {"approve" | "reject" | "mark_spam" | "delete" | "restore" | "undo" | "next" | "previous" | "edit" | "reply" |
 *   "block" | "select" | "like" | "search" | "help" | "clear"} Command
 */

/** In the order in which the help lists them. @type {ReadonlyArray<readonly [key: string, command: Command, words: string]>} */
export const KEYS = [
  ["a", "approve", "Approve"],
  ["r", "reject", "Reject"],
  ["s", "mark_spam", "Mark as spam"],
  ["d", "delete", "Delete"],
  ["q", "restore", "Back to the queue (in the other lists)"],
  ["u", "undo", "Undo the last decision"],
  ["j", "next", "Next comment"],
  ["k", "previous", "Previous comment"],
  ["x", "select", "Select; decisions are then for all selected"],
  ["l", "like", "Decide on all that are like it, after a question"],
  ["e", "edit", "Edit"],
  ["p", "reply", "Reply publicly"],
  ["b", "block", "Block the author, a name or a link"],
  ["/", "search", "Search"],
  ["?", "help", "Show these keys"],
  ["Esc", "clear", "Close, or select nothing"],
];

const COMMANDS = new Map(KEYS.map(([key, command]) => [key, command]));
const OFF = "commentsvc:keys-off";
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

/**
 * The command of a key press; null if it is text, a shortcut of the browser, held down, or switched off.
 * @param {KeyboardEvent} event
 * @param {boolean} areOn single keys; Esc always works
 * @returns {Command | null}
 */
export function commandOf(event, areOn) {
  if (event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === "Escape") return "clear";
  const target = /** @type {Element | null} */ (event.target);
  if (!areOn || target?.closest?.(TYPING)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return COMMANDS.get(key) ?? null;
}

/** Are single keys on? They are, unless this browser was told otherwise. */
export function keysAreOn() {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

/**
 * Switch single keys on or off for this browser.
 * @param {boolean} areOn
 */
export function switchKeys(areOn) {
  try {
    if (areOn) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  } catch {
    // storage is blocked: nothing can be remembered
  }
  markKeys();
}

/** Let the page show keys beside what they do, or not. */
export function markKeys() {
  document.documentElement.toggleAttribute("data-keys", keysAreOn());
}
