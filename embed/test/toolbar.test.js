/** What the buttons and keys of the toolbar write. */

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";

const { ENGLISH } = await import("../src/messages.js");
const { shortcut, toolbar } = await import("../src/tools/toolbar.js");

/**
 * @param {string} text with [ and ] where the selection begins and ends
 */
function made(text) {
  const area = document.createElement("textarea");
  const form = document.createElement("form");
  area.value = text.replace(/[[\]]/g, "");
  form.append(area);
  document.body.replaceChildren(form);
  area.setSelectionRange(text.indexOf("["), text.indexOf("]") - 1);
  const bar = toolbar(ENGLISH, area, form);
  const shown = () => {
    const { value, selectionStart: from, selectionEnd: to } = area;
    return `${value.slice(0, from)}[${value.slice(from, to)}]${value.slice(to)}`;
  };
  return { area, bar, shown };
}

/** @param {string} text @param {string} label */
function pressed(text, label) {
  const { bar, shown } = made(text);
  /** @type {any} */ (bar.querySelector(`[aria-label="${label}"]`)).click();
  return shown();
}

test("what is selected is formatted, and stays selected", () => {
  assert.equal(pressed("so [very] good", "Bold"), "so **[very]** good");
  assert.equal(pressed("so [very] good", "Italic"), "so *[very]* good");
  assert.equal(pressed("so [very] good", "Code"), "so `[very]` good");
});

test("with nothing selected, one goes on writing between the signs", () => {
  assert.equal(pressed("so []", "Bold"), "so **[]**");
  assert.equal(pressed("see []", "Link"), "see [[]](https://)");
});

test("of a link the address is what is typed next", () => {
  assert.equal(pressed("see [here]", "Link"), "see [here]([https://])");
});

test("quotes and lists begin each line, from the line's beginning", () => {
  assert.equal(pressed("first\nthe [second\nand] third", "Quote"), "first\n> the second\n> and[] third");
  assert.equal(pressed("[one\ntwo]", "List"), "- one\n- two[]");
});

test("a key does what its button does, in the text alone and without other keys", () => {
  const { area, bar, shown } = made("[x]");
  const press = (/** @type {object} */ keys) => shortcut(/** @type {any} */ ({ key: "b", ctrlKey: true, metaKey: false, altKey: false, shiftKey: false, target: area, ...keys }), area, bar);
  assert.equal(press({ target: bar }), false);
  assert.equal(press({ altKey: true }), false);
  assert.equal(press({ key: "z" }), false);
  assert.equal(shown(), "[x]");
  assert.equal(press({}), true);
  assert.equal(shown(), "**[x]**");
});
