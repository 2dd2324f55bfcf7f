/** No word in code: everything that the embed draws comes out of the catalogue. */

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { PSEUDO } from "./pseudo.js";

const { CommentForm } = await import("../src/comment_form.js");
const { Keep } = await import("../src/keep.js");
const { say } = await import("../src/messages.js");
const { Thread } = await import("../src/thread.js");
const { ThreadView } = await import("../src/thread_view.js");
const { equip } = await import("../src/tools/equip.js");
const { appeal, edit, remove } = await import("../src/tools/own_comments.js");
const { report } = await import("../src/tools/reactions.js");
const { send } = await import("../src/tools/send_comment.js");
const { readComment, readThread } = await import("../src/wire.js");

const LIMITS = { name: 8, body: 20, website: 300, email: 100 };
const comment = (/** @type {string} */ id, /** @type {object} */ more) => ({
  id, author: { name: "" }, body: [], created_at: new Date().toISOString(), ...more,
});

/** @param {object[]} comments @param {object} [about] */
const page = (comments, about) =>
  readThread({ thread: { open: true, count: comments.length, policy: { notify: true, limits: LIMITS }, ...about }, comments, next: "more" });

const nothing = /** @type {any} */ (new Proxy({}, { get: () => () => undefined }));

/** @param {any} [parent] */
const form = (parent = null) =>
  new CommentForm({
    ...nothing,
    place: { base: "http://127.0.0.1:1", site: "s", url: "u", threadId: null, sort: null },
    words: PSEUDO,
    policy: page([]).policy,
    keep: new Keep("s:u", false),
    contentLang: "",
    headingLevel: 2,
    parent,
    writer: { name: "", email: "", website: "" },
    listener: nothing,
    emit: () => undefined,
  });

/** What somebody sees or hears in a node: its texts and its labels. @param {any} node @returns {string[]} */
function told(node) {
  const own = [node.ariaLabel, node.getAttribute?.("aria-label")].filter(Boolean);
  const text = node.nodeType === 3 && !node.parentElement?.closest("[aria-hidden]") ? [node.data] : [];
  return [...own, ...text, ...[...node.childNodes].flatMap(told)].filter((each) => /\p{L}/u.test(each));
}

/** @param {any} node @param {number} [least] */
function speaks(node, least = 1) {
  const all = told(node);
  assert.ok(all.length >= least, `${all.length}`);
  for (const each of all) assert.match(each, /^(?: · | )?⟦|⟧ ?$/); // a name may stand between the two
}

/** @param {any[]} comments @param {object} [about] */
function drawn(comments, about) {
  const view = new ThreadView(/** @type {any} */ ({
    words: PSEUDO, contentLang: "", headingTag: "h2", ownPage: "/read", permalink: () => "#", listener: nothing,
  }));
  view.speak(PSEUDO);
  speaks(view.node, 4);
  view.showFailure();
  speaks(view.node, 5);
  const thread = new Thread(page(comments, about), false);
  for (const own of comments.filter((each) => each.status)) thread.addOwn(/** @type {any} */ (readComment(own)));
  view.draw(thread, null, true);
  view.offer(2);
  for (const key of /** @type {const} */ (["moreLoaded", "moreFailed", "wasPosted", "awaitsModeration", "appealMade"])) {
    view.tell(key, 2);
    speaks(view.node, 4);
  }
  return view.node;
}

test("a thread says nothing that is not in the catalogue, in any state", () => {
  assert.ok(drawn([]).textContent?.includes(say(PSEUDO, "firstToComment")));
  drawn([], { open: false });
  const edited = { edited_at: "2026-01-01T00:00:00Z", pinned: true, replies: 7 };
  drawn([
    comment("a", edited), comment("b", { ...edited, edited_by: "moderator" }), comment("c", { tombstone: true }), comment("d", { parent: "a" }),
    comment("e", { status: "pending" }), comment("f", { status: "rejected", appeal: "possible" }), comment("g", { status: "spam", appeal: "waiting" }),
  ]);
});

/** As much of a conversation as a form under a comment needs. @param {any} [view] */
const at = (view = {}) => /** @type {any} */ ({
  words: PSEUDO,
  keep: new Keep("s:u", false),
  thread: { policy: page([]).policy },
  setting: { place: { base: "http://127.0.0.1:1", site: "s", url: "u", threadId: null, sort: null }, contentLang: "" },
  view: { view: () => view, tell: () => undefined },
});

test("a form says nothing that is not in the catalogue, also of what is wrong", async () => {
  speaks(form().node, 9);
  const reply = form(/** @type {any} */ ({ id: "a", name: "" }));
  speaks(reply.node, 10);
  const made = form();
  const { node } = made;
  document.body.append(node);
  await equip(at(), made);
  speaks(node, 26);
  await send(at(), made);
  assert.ok(node.textContent?.includes(say(PSEUDO, "fieldMissing")));
  const [body, name] = /** @type {any} */ ([node.querySelector("textarea"), node.querySelector("input[name=name]")]);
  body.value = "far more than twenty characters are";
  await send(at(), made);
  assert.ok(node.textContent?.includes(say(PSEUDO, "tooLong", { n: 15 })));
  body.value = "0301 2345678";
  name.value = "R";
  await send(at(), made);
  assert.ok(node.textContent?.includes(say(PSEUDO, "givesPhone")));
  speaks(node, 28);
});

test("what opens under a comment says nothing that is not in the catalogue", async () => {
  /** @type {any[]} */
  const opened = [];
  const view = { holdForm: (/** @type {any} */ node) => opened.push(node), focus: () => undefined };
  const one = /** @type {any} */ ({ id: "a", source: "" });
  for (const open of [appeal, edit, remove, report]) await open(at(view), one);
  assert.equal(opened.length, 4);
  for (const node of opened) speaks(node, 3);
});

test("a word that stood in code would be noticed", () => {
  const { node } = form();
  node.append("Send");
  assert.throws(() => speaks(node));
});
