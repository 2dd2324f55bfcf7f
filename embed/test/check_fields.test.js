import assert from "node:assert/strict";
import { test } from "node:test";
import { checkField, codePoints, FIELD_NAMES } from "../src/check_fields.js";

const limits = { name: 5, body: 10, website: 20, email: 30 };
const policy = { isEmailRequired: true, limits };

test("a good form passes, with or without an optional address", () => {
  const good = /** @type {const} */ ({ body: "words", name: "Ada", email: "a@example.org", website: "" });
  for (const name of FIELD_NAMES) assert.equal(checkField(name, good[name], policy), null);
  assert.equal(checkField("email", "", { isEmailRequired: false, limits }), null);
});

test("what is missing is named", () => {
  assert.deepEqual(FIELD_NAMES.map((name) => checkField(name, " \n", policy)), [0, 0, 0, null]);
});

test("what is too long is told by how much, counted as the service counts", () => {
  assert.equal(checkField("name", "👍👍👍👍👍", policy), null);
  assert.equal(checkField("body", "👍".repeat(13), policy), 3);
  assert.equal(codePoints("e\u0301"), 2);
});
