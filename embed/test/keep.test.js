import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Keep } from "../src/keep.js";
import { saveReceipts } from "../src/tools/kept.js";

/** @type {Map<string, string>} */
const device = new Map();
let isBlocked = false;
const guard = () => {
  if (isBlocked) throw new Error("SecurityError");
};
const storage = {
  getItem: (/** @type {string} */ name) => (guard(), device.get(name) ?? null),
  setItem: (/** @type {string} */ name, /** @type {string} */ value) => (guard(), device.set(name, value)),
  removeItem: (/** @type {string} */ name) => (guard(), device.delete(name)),
};
Object.defineProperty(globalThis, "localStorage", { get: () => storage, configurable: true });

beforeEach(() => {
  device.clear();
  isBlocked = false;
});

const draft = { words: "half a thought", key: null, isOpen: true };

test("a draft is there after a reload, for its thread and its comment only", () => {
  new Keep("site:url", true).saveDraft("a", draft);
  assert.deepEqual(new Keep("site:url", true).draft("a"), draft);
  assert.equal(new Keep("site:url", true).draft(null), null);
  assert.equal(new Keep("site:other", true).draft("a"), null);
  assert.deepEqual([...device.keys()], ["commentsvc:draft:site:url:a"]);
});

test("a draft without words is forgotten", () => {
  const keep = new Keep("site:url", true);
  keep.saveDraft(null, draft);
  keep.saveDraft(null, { ...draft, words: "" });
  assert.equal(keep.draft(null), null);
  assert.equal(device.size, 0);
});

test("a device that refuses to store loses nothing until the page is left", () => {
  isBlocked = true;
  const keep = new Keep("site:url", true);
  keep.saveDraft(null, draft);
  saveReceipts(keep, [{ id: "a", receipt: "r", isSettled: false }]);
  assert.deepEqual(keep.draft(null), draft);
  assert.equal(keep.receipts().length, 1);
});

test("a page that turns storage off leaves the device untouched", () => {
  device.set("commentsvc:draft:site:url:", JSON.stringify(draft));
  const keep = new Keep("site:url", false);
  assert.equal(keep.draft(null), null);
  saveReceipts(keep, [{ id: "a", receipt: "r", isSettled: false }]);
  assert.equal(keep.receipts().length, 1);
  assert.equal(device.size, 1);
});

test("what others wrote under our names is not trusted", () => {
  for (const junk of ["{", "7", "[]", '{"words":7}', '[{"id":1}]', "null"]) {
    device.set("commentsvc:draft:s:", junk);
    device.set("commentsvc:receipts:s", junk);
    assert.equal(new Keep("s", true).draft(null), null);
    assert.deepEqual(new Keep("s", true).receipts(), []);
  }
});

test("the newest hundred receipts are kept", () => {
  const keep = new Keep("s", true);
  saveReceipts(keep, Array.from({ length: 130 }, (_, i) => ({ id: `${i}`, receipt: "r", isSettled: false })));
  assert.equal(keep.receipts().length, 100);
  assert.equal(keep.receipts().at(-1)?.id, "129");
});
