import assert from "node:assert/strict";
import { test } from "node:test";
import { field, readComment, readReplies, readThread } from "../src/wire.js";

test("a thread is read from the contract's shape", () => {
  const policy = { email: "required", hold: "everything", notify: true, limits: { name: 40, body: 100, website: 50 } };
  const page = readThread({ thread: { open: true, count: 3, policy }, comments: [{ id: "a" }], next: "c" });
  assert.equal(page.isOpen, true);
  assert.equal(page.count, 3);
  assert.deepEqual(page.policy, { isEmailRequired: true, mayNotify: true, limits: { name: 40, body: 100, website: 50, email: Infinity } });
  assert.equal(page.comments[0]?.id, "a");
  assert.equal(page.next, "c");
});

test("an answer that is nothing of the sort is an empty closed thread", () => {
  for (const answer of [null, 7, "x", [], {}, { thread: [], comments: {} }, { comments: [null, 7, {}, { id: 3 }] }]) {
    const { comments, isOpen, next, count } = readThread(answer);
    assert.deepEqual({ comments, isOpen, next, count }, { comments: [], isOpen: false, next: null, count: 0 });
  }
});

test("fields of the wrong type become their defaults", () => {
  const comment = readComment({ id: "a", parent: 7, author: { name: {}, website: [], badge: 1 }, body: "<b>", replies: -4, tombstone: "yes" });
  assert.deepEqual(comment, {
    id: "a", parent: null, name: "", website: null, badge: null, body: [], createdAt: "", editedAt: null,
    isEditedByModerator: false, isPinned: false, replies: 0, isTombstone: false, status: null, message: null, appeal: null,
    key: null, likes: 0, source: null, mayEditUntil: null, url: null,
  });
});

test("keys that name the prototype change nothing", () => {
  const answer = JSON.parse('{"comments":[{"id":"a","__proto__":{"status":"approved"},"constructor":{"prototype":{"polluted":1}}}],"__proto__":{"next":"x"}}');
  const page = readReplies(answer);
  assert.equal(page.next, null);
  assert.equal(page.comments[0]?.status, null);
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

test("only an object's own fields are read", () => {
  assert.equal(field(Object.create({ code: "x" }), "code"), undefined);
  assert.equal(field("text", "length"), undefined);
});
