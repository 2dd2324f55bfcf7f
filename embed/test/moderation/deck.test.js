import assert from "node:assert/strict";
import { test } from "node:test";
import { cardOf, listOf } from "./page.js";
import { Choice } from "../../moderation/choice.js";
import { Deck, idOf } from "../../moderation/deck.js";

/** @param {...string} ids */
function deckOf(...ids) {
  const deck = new Deck(listOf(...ids), () => {});
  deck.choose(deck.cards[0] ?? null);
  return deck;
}

/** @param {Deck} deck @param {string} id */
function card(deck, id) {
  const found = deck.find(id);
  assert.ok(found);
  return found;
}

/** @param {Deck} deck */
const order = (deck) => deck.cards.map(idOf).join("");
/** @param {Deck} deck */
const current = (deck) => deck.current && idOf(deck.current);

test("a card that goes hands current place and focus to the next, the last to the one before", () => {
  const deck = deckOf("a", "b", "c");
  deck.takeOut([card(deck, "a")]);
  assert.equal(current(deck), "b");
  assert.equal(document.activeElement?.textContent, "b");
  deck.choose(card(deck, "c"));
  deck.takeOut([card(deck, "c")]);
  assert.equal(current(deck), "b");
  assert.equal(card(deck, "b").getAttribute("aria-current"), "true");
});

test("a card that is not read goes without a trace", () => {
  const deck = deckOf("a", "b", "c");
  deck.takeOut([card(deck, "b")]);
  assert.equal(current(deck), "a");
  assert.equal(order(deck), "ac");
});

test("cards come back to where they were, in whatever order", () => {
  const deck = deckOf("a", "b", "c", "d");
  const [a, b, c] = deck.cards;
  assert.ok(a && b && c);
  deck.takeOut([a]);
  deck.takeOut([b, c]);
  deck.putBack(c);
  deck.putBack(a);
  deck.putBack(b);
  assert.equal(order(deck), "abcd");
  assert.equal(current(deck), "d");
});

test("what others look at is passed over, unless nothing else is left", () => {
  const deck = deckOf("a", "b", "c");
  card(deck, "b").dataset["heldBy"] = "Ben";
  assert.equal(deck.beside(1), card(deck, "c"));
  assert.deepEqual(deck.upcoming(3).map(idOf), ["a", "c"]);
  card(deck, "c").dataset["heldBy"] = "Ben";
  assert.equal(deck.beside(1), card(deck, "b"));
});

test("a card comes once, at the end, before the closing sentence", () => {
  const deck = deckOf("a");
  deck.append([cardOf("b"), cardOf("a")]);
  assert.equal(order(deck), "ab");
  assert.ok(deck.list.lastElementChild?.hasAttribute("data-end"));
});

test("a second box with Shift selects all between, either way", () => {
  const deck = deckOf("a", "b", "c", "d");
  let count = 0;
  const choice = new Choice(deck, (selected) => (count = selected));
  const click = (/** @type {string} */ id, shiftKey = false) =>
    card(deck, id).querySelector("input")?.dispatchEvent(new window.MouseEvent("click", { bubbles: true, cancelable: true, shiftKey }));
  click("d");
  click("b", true);
  assert.deepEqual(choice.cards.map(idOf), ["b", "c", "d"]);
  assert.equal(count, 3);
  choice.toggle(card(deck, "c"));
  assert.deepEqual(choice.cards.map(idOf), ["b", "d"]);
});
