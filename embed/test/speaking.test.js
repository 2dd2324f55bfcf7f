/** No word in code: everything that the embed draws comes out of the catalogue. */

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { PSEUDO } from "./pseudo.js";

const { appealForm } = await import("../src/appeal_form.js");
const { CommentForm } = await import("../src/comment_form.js");
const { Keep } = await import("../src/keep.js");
const { say } = await import("../src/messages.js");
const { Thread } = await import("../src/thread.js");
const { ThreadView } = await import("../src/thread_view.js");
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
  view.draw(thread);
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

test("a form says nothing that is not in the catalogue, also of what is wrong", () => {
  speaks(form().node, 12);
  const reply = form(/** @type {any} */ ({ id: "a", name: "" }));
  speaks(reply.node, 13);
  const { node } = form();
  document.body.append(node);
  node.requestSubmit();
  assert.ok(node.textContent?.includes(say(PSEUDO, "fieldMissing")));
  const [body, name] = /** @type {any} */ ([node.querySelector("textarea"), node.querySelector("input")]);
  body.value = "far more than twenty characters are";
  node.requestSubmit();
  assert.ok(node.textContent?.includes(say(PSEUDO, "tooLong", { n: 15 })));
  body.value = "0301 2345678";
  name.value = "R";
  node.requestSubmit();
  assert.ok(node.textContent?.includes(say(PSEUDO, "givesPhone")));
  speaks(node, 15);
  speaks(appealForm(PSEUDO, async () => undefined), 2);
});

test("a word that stood in code would be noticed", () => {
  const { node } = form();
  node.append("Send");
  assert.throws(() => speaks(node));
});
