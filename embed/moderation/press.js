/** From a command to what it does: on a list, by the desk; on one comment's page, by the buttons and links there. */

import { isDialogOpen, showHelp } from "./dialogs.js";
import { commandOf, keysAreOn } from "./keys.js";
import { askAboutMostLike } from "./mouse.js";
import { isDecision } from "./words.js";

/** @import { Desk } from "./desk.js" */
/** @import { Command } from "./keys.js" */

/** Commands that are a link on the card. @type {Partial<Record<Command, string>>} */
const LINKS = { edit: "e", reply: "p", block: "b" };

/**
 * Listen for keys.
 * @param {Desk | null} desk null: this page is no list
 */
export function listenForKeys(desk) {
  document.addEventListener("keydown", (event) => {
    if (isDialogOpen()) return;
    const command = commandOf(event, keysAreOn());
    if (command && press(command, desk)) event.preventDefault();
  });
}

/**
 * @param {Command} command
 * @param {Desk | null} desk
 * @returns {boolean} was it ours?
 */
export function press(command, desk) {
  if (command === "help") showHelp();
  else if (command === "search") return follow(document, "/");
  else if (command in LINKS) return follow(desk ? desk.deck.current : document, LINKS[command] ?? "");
  else if (desk) return pressOnDesk(command, desk);
  else if (isDecision(command)) return click(document, `.decisions button[value="${command}"]`);
  else return false;
  return true;
}

/** @param {Command} command @param {Desk} desk @returns {boolean} */
function pressOnDesk(command, desk) {
  const { deck, choice } = desk;
  if (isDecision(command)) desk.decide(command);
  else if (command === "undo") desk.undo();
  else if (command === "next" || command === "previous") move(desk, command === "next" ? 1 : -1);
  else if (command === "select" && deck.current) {
    choice.toggle(deck.current);
    desk.told.say(`${choice.cards.length} selected`);
  } else if (command === "like") {
    if (!askAboutMostLike(desk)) desk.told.say("Nothing that waits is like it.");
  } else if (command === "clear") clear(desk);
  else return false;
  return true;
}

/** @param {Desk} desk @param {1 | -1} step */
function move({ deck, told, more }, step) {
  const card = deck.beside(step);
  if (card) deck.choose(card, true);
  else if (step === -1 || more.isAtEnd) told.say(step === 1 ? "That was the last one here." : "That is the first one.");
}

/** Leave a field, else select nothing, else put the bar away. @param {Desk} desk */
function clear({ deck, choice, told }) {
  const field = document.activeElement;
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement || field instanceof HTMLInputElement) {
    if (deck.current?.contains(field)) deck.choose(deck.current, true);
    else field.blur();
  } else if (choice.cards.length > 0) {
    choice.set(choice.cards, false);
    told.say("Nothing is selected.");
  } else {
    told.hide();
  }
}

/** @param {ParentNode | null} place @param {string} key */
function follow(place, key) {
  return click(place, `a[data-key="${key}"]`);
}

/** @param {ParentNode | null} place @param {string} selector */
function click(place, selector) {
  const found = place?.querySelector(selector);
  if (!(found instanceof HTMLElement)) return false;
  found.click();
  return true;
}
