import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { KEYS, commandOf } from "../../moderation/keys.js";

/**
 * @param {string} key
 * @param {Partial<KeyboardEvent> & { on?: HTMLElement }} [how]
 */
function pressed(key, { on = document.body, ...how } = {}) {
  return /** @type {KeyboardEvent} */ (/** @type {unknown} */ ({ key, target: on, repeat: false, ...how }));
}

test("every key has one command, in either case", () => {
  assert.equal(new Set(KEYS.map(([key]) => key)).size, KEYS.length);
  assert.equal(commandOf(pressed("a"), true), "approve");
  assert.equal(commandOf(pressed("R", { shiftKey: true }), true), "reject");
  assert.equal(commandOf(pressed("?", { shiftKey: true }), true), "help");
  assert.equal(commandOf(pressed("y"), true), null);
});

test("a key that is held down, or belongs to the browser, does nothing", () => {
  for (const how of [{ repeat: true }, { ctrlKey: true }, { metaKey: true }, { altKey: true }, { isComposing: true }]) {
    assert.equal(commandOf(pressed("d", how), true), null);
  }
});

test("what is typed into a field is text; on a box or a button it is a command", () => {
  for (const tag of ["textarea", "select"]) assert.equal(commandOf(pressed("d", { on: document.createElement(tag) }), true), null);
  const field = document.createElement("input");
  assert.equal(commandOf(pressed("d", { on: field }), true), null);
  field.type = "checkbox";
  assert.equal(commandOf(pressed("d", { on: field }), true), "delete");
  assert.equal(commandOf(pressed("d", { on: document.createElement("button") }), true), "delete");
});

test("with single keys switched off only Escape is left", () => {
  assert.deepEqual(KEYS.map(([key]) => commandOf(pressed(key), false)).filter(Boolean), []);
  assert.equal(commandOf(pressed("Escape", { on: document.createElement("textarea") }), false), "clear");
});
