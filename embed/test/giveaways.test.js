import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { hasAddress, hasPhone } from "../src/tools/giveaways.js";

/** The server's rule is held by the same table: tests/domain/test_giveaways.py. */
const TABLE = new URL("../../tests/domain/giveaways.json", import.meta.url);
const { email, address, phone } = JSON.parse(await readFile(TABLE, "utf8"));

test("one's own address is found however it is spelled, and no other", () => {
  for (const words of address.hits) assert.ok(hasAddress(words, email), words);
  for (const words of address.misses) assert.ok(!hasAddress(words, email), words);
});

test("phone numbers are found, and dates, amounts and the like are not", () => {
  for (const words of phone.hits) assert.ok(hasPhone(words), words);
  for (const words of phone.misses) assert.ok(!hasPhone(words), words);
});

test("without a whole address there is none to find", () => {
  for (const typed of ["", " ", "ada", "ada."]) assert.ok(!hasAddress(`ada. ${typed}`, typed), typed);
});

test("no words take long", () => {
  const start = performance.now();
  for (const piece of ["1 ", "1(", "+1-", "a@", "a at ", "@", " ", ".", "&#64;", "0.0"]) {
    const words = piece.repeat(10_000 / piece.length);
    hasPhone(words);
    hasAddress(words, `${"a.-".repeat(20)}@a.a.a`);
  }
  assert.ok(performance.now() - start < 1000);
});
