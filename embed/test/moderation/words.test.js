import assert from "node:assert/strict";
import { test } from "node:test";
import { countInWords, decidedFirst, did, refusal } from "../../moderation/words.js";

test("a decision is told in one sentence", () => {
  assert.equal(did("reject", 1, "Ada"), "Rejected the comment by Ada.");
  assert.equal(did("mark_spam", 7, "Ada"), "Marked 7 comments as spam.");
  assert.equal(did("restore", 1, "Ada"), "Put the comment by Ada back into the queue.");
});

test("who was faster is named, with what they did", () => {
  assert.equal(decidedFirst({ status: "approved", decision: "approve", moderator: "Ben" }), "Ben approved this a moment ago.");
  assert.equal(decidedFirst({ status: "spam", decision: "mark_spam", moderator: "Ben" }), "Ben marked this as spam a moment ago.");
  assert.equal(decidedFirst({ status: "approved", decision: "approve", moderator: null }), "The site’s policy approved this a moment ago.");
  assert.equal(decidedFirst({ status: "pending", decision: "undo", moderator: "Ben" }), "This is waiting by now.");
  assert.equal(decidedFirst(/** @type {any} */ ({})), "Its writer has changed it meanwhile.");
});

test("a refusal says that nothing was changed, and why", () => {
  assert.match(refusal({ decided: { status: "rejected", decision: "reject", moderator: "Ben" } }, "Ada"), /Nothing was changed.*Ben rejected/);
  assert.match(refusal({ detail: "There is no such comment." }, "Ada"), /by Ada was not decided\. There is no such comment\./);
});

test("what was not counted further has a plus", () => {
  assert.equal(countInWords(999, 1000), "999");
  assert.equal(countInWords(1000, 1000), "999+");
  assert.equal(countInWords(12_345, Infinity), "12,345");
});
