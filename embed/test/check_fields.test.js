import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFields, codePoints } from "../src/check_fields.js";

const limits = { name: 5, body: 10, website: 20, email: 30 };
const good = { body: "words", name: "Ada", email: "a@example.org", website: "" };

test("a good form passes, with or without an optional address", () => {
  assert.equal(checkFields(good, { isEmailRequired: true, limits }).size, 0);
  assert.equal(checkFields({ ...good, email: "" }, { isEmailRequired: false, limits }).size, 0);
});

test("what is missing is named in the order of the form", () => {
  const wrong = checkFields({ body: " \n", name: "", email: "", website: "" }, { isEmailRequired: true, limits });
  assert.deepEqual([...wrong], [["body", 0], ["name", 0], ["email", 0]]);
});

test("what is too long is told by how much, counted as the service counts", () => {
  const wrong = checkFields({ ...good, name: "👍👍👍👍👍", body: "👍".repeat(13) }, { isEmailRequired: true, limits });
  assert.deepEqual([...wrong], [["body", 3]]);
  assert.equal(codePoints("e\u0301"), 2);
});
