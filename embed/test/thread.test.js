import assert from "node:assert/strict";
import { test } from "node:test";
import { Thread } from "../src/thread.js";
import { readComment, readThread } from "../src/wire.js";
import { comment } from "./made_up_comments.js";

/** @import { Comment, ThreadPage } from "../src/types.js" */

/**
 * @param {string} id
 * @param {string | null} [parent]
 * @param {Partial<Comment>} [more]
 * @returns {Comment}
 */
function make(id, parent = null, more = {}) {
  const made = readComment(comment(id, parent));
  assert.ok(made);
  return { ...made, ...more };
}

/** @param {Comment[]} comments @param {Partial<ThreadPage>} [more] */
function threadOf(comments, more = {}, isNewestFirst = false) {
  return new Thread({ ...readThread({ thread: { open: true } }), comments, ...more }, isNewestFirst);
}

/** @param {Thread} thread */
const outline = (thread) => thread.rows().map(({ comment: { id }, depth }) => `${" ".repeat(depth)}${id}`);

test("each comment stands after the one it replies to, at its true depth", () => {
  const thread = threadOf([make("a"), make("b"), make("a1", "a"), make("a2", "a"), make("a1x", "a1")]);
  assert.deepEqual(outline(thread), ["a", " a1", "  a1x", " a2", "b"]);
});

test("lists nest four deep; what is deeper stands in the last one, in order", () => {
  const chain = Array.from({ length: 8 }, (_, i) => make(`c${i}`, i ? `c${i - 1}` : null));
  const lists = threadOf([...chain, make("side", "c5")]).rows().map(({ comment: { id }, list }) => [id, list]);
  assert.deepEqual(lists, [
    ["c0", null], ["c1", "c0"], ["c2", "c1"], ["c3", "c2"], ["c4", "c3"],
    ["c5", "c3"], ["c6", "c3"], ["c7", "c3"], ["side", "c3"],
  ]);
});

test("a chain of 20,000 replies is walked", () => {
  const chain = Array.from({ length: 20_000 }, (_, i) => make(`c${i}`, i ? `c${i - 1}` : null));
  assert.equal(threadOf(chain).rows().at(-1)?.depth, 19_999);
});

test("comments that reply to each other in a circle are left out", () => {
  assert.deepEqual(outline(threadOf([make("a"), make("x", "y"), make("y", "x")])), ["a"]);
});

test("a root offers the replies that are not loaded, tombstones not counted", () => {
  const thread = threadOf([make("a", null, { replies: 5 }), make("a1", "a"), make("a2", "a1"), make("t", "a", { isTombstone: true })]);
  assert.equal(thread.rows()[0]?.more, 3);
  assert.equal(thread.replyCursor("a"), "t");
});

test("further replies are joined in and go on where the last ones ended", () => {
  const thread = threadOf([make("a", null, { replies: 4 }), make("a1", "a")]);
  thread.addReplies("a", { comments: [make("a2", "a"), make("a1x", "a1")], next: "cursor" });
  assert.deepEqual(outline(thread), ["a", " a1", "  a1x", " a2"]);
  assert.equal(thread.replyCursor("a"), "cursor");
  assert.equal(thread.rows()[0]?.more, 1);
  thread.addReplies("a", { comments: [make("a3", "a")], next: null });
  assert.equal(thread.rows()[0]?.more, 0);
});

test("nothing more is offered when the service has no more, whatever it counted", () => {
  const thread = threadOf([make("a", null, { replies: 9 })]);
  thread.addReplies("a", { comments: [], next: null });
  assert.equal(thread.rows()[0]?.more, 0);
});

test("one's own pending comment stands last among its siblings, and first when the newest come first", () => {
  const own = make("own", null, { status: "pending" });
  const [oldest, newest] = [threadOf([make("a"), make("b")]), threadOf([make("b"), make("a")], {}, true)];
  for (const thread of [oldest, newest]) thread.addOwn(own);
  assert.deepEqual(outline(oldest), ["a", "b", "own"]);
  assert.deepEqual(outline(newest), ["own", "b", "a"]);
});

test("one's own approved comment is shown once, with what its writer knows and what everybody sees", () => {
  const thread = threadOf([make("a"), { ...make("own"), likes: 3, replies: 1, badge: "Author" }]);
  thread.addOwn(make("own", null, { status: "approved", source: "typed" }));
  assert.deepEqual(outline(thread), ["a", "own"]);
  const { status, source, likes, replies, badge } = /** @type {any} */ (thread.rows()[1]?.comment);
  assert.deepEqual([status, source, likes, replies, badge], ["approved", "typed", 3, 1, "Author"]);
});

test("a comment changes where it stands, and one that is gone leaves its place", () => {
  const thread = threadOf([make("a"), make("b", "a")]);
  thread.change("b", { likes: 4 });
  assert.equal(thread.rows()[1]?.comment.likes, 4);
  thread.change("a", null);
  assert.equal(thread.rows()[0]?.comment.isTombstone, true);
  thread.change("unknown", { likes: 1 });
  assert.deepEqual(outline(thread), ["a", " b"]);
});

test("one's own approved root waits for the page that lists it", () => {
  const thread = threadOf([make("a")], { next: "more" });
  thread.addOwn(make("own", null, { status: "approved" }));
  assert.deepEqual(outline(thread), ["a"]);
  thread.addPage({ ...readThread({}), comments: [make("b")], next: null });
  assert.deepEqual(outline(thread), ["a", "b", "own"]);
});

test("one's own reply to a comment that is not loaded is not lost", () => {
  const thread = threadOf([make("a")]);
  thread.addOwn(make("own", "elsewhere", { status: "pending" }));
  assert.deepEqual(outline(thread), ["a", "own"]);
  thread.dropOwn("own");
  assert.deepEqual(outline(thread), ["a"]);
});
