import assert from "node:assert/strict";
import { test } from "node:test";
import { askCatalogue, ENGLISH as en, explain, languageFor, learnToTell, pieces, say } from "../src/messages.js";
import { exactTime, timeAgo } from "../src/tell_time.js";

const NOW = new Date("2026-03-10T12:00:00Z");

test("before the first drawing is painted, numbers are left out and forms not chosen", () => {
  assert.equal(say(en, "commentCount", { n: 1 }), " comments");
  assert.equal(say(en, "replyTo", { name: "Ada" }), "Reply to Ada");
  learnToTell();
});

test("numbers choose their form and are written as the language writes them", () => {
  assert.equal(say(en, "commentCount", { n: 1 }), "1 comment");
  assert.equal(say(en, "commentCount", { n: 0 }), "0 comments");
  assert.equal(say(en, "commentCount", { n: 12345 }), "12,345 comments");
});

test("a name is put in as it is, also one that looks like a placeholder", () => {
  assert.equal(say(en, "replyTo", { name: "{n} $& <b>" }), "Reply to {n} $& <b>");
});

test("a name can be an element of its own", () => {
  const name = { localName: "bdi" };
  assert.deepEqual(pieces(en, "inReplyTo", { name }), ["in reply to ", name, ""]);
});

test("a tag finds its catalogue, whatever the region", () => {
  const found = [
    ["de", "de"], ["de-AT", "de"], ["DE-ch-1996", "de"], ["pt", "pt"], ["pt-PT", "pt"], ["no", "nb"], ["nn-NO", "nb"], ["nb", "nb"],
    ["iw", "he"], ["he-IL", "he"], ["zh", "zh"], ["zh-CN", "zh"], ["zh-Hans-HK", "zh"], ["zh-TW", "zh-Hant"], ["zh-hk", "zh-Hant"],
    ["zh-Hant", "zh-Hant"], ["zh-Hant-MO", "zh-Hant"], ["ar-EG", "ar"], ["kk-Cyrl-KZ", "kk"],
  ];
  for (const [tag, language] of found) assert.equal(languageFor(String(tag)), language, tag);
});

test("a language without a catalogue gets English, and so does English", () => {
  for (const tag of ["", "xx", "tlh-Latn", "EN-gb", "en", "constructor", "-", "fil", "arz", "d", "deu", "../de"]) assert.equal(languageFor(tag), "", tag);
});

test("a catalogue that cannot be had is English", async () => {
  assert.equal(await askCatalogue("http://127.0.0.1:1", "de"), en);
  assert.equal(await askCatalogue("http://127.0.0.1:1", ""), en);
});

test("what a catalogue does not have yet is said in English", () => {
  const older = /** @type {any} */ ({ languageTag: "de" });
  assert.equal(say(older, "commentCount", { n: 2 }), "2 comments");
});

test("a refusal is told in the reader's language by its code, else in the service's words, else in general", () => {
  const words = { ...en, refusals: { thread_closed: "Zu." } };
  assert.equal(explain(words, { code: "thread_closed", title: "Closed." }), "Zu.");
  assert.equal(explain(words, { code: "new_code", title: "Something new." }), "Something new.");
  assert.equal(explain(words, { code: "unreachable", title: null }), say(en, "sendFailed"));
});

test("times are told the way people do", () => {
  const told = [
    ["2026-03-10T11:59:30Z", null],
    ["2026-03-10T12:05:00Z", null],
    ["2026-03-10T11:58:30Z", "1 minute ago"],
    ["2026-03-10T09:01:00Z", "2 hours ago"],
    ["2026-03-09T11:00:00Z", "yesterday"],
    ["2026-02-20T12:00:00Z", "18 days ago"],
    ["2025-12-24T12:00:00Z", "December 24, 2025"],
  ];
  for (const [then, words] of told) assert.equal(timeAgo(new Date(then ?? ""), NOW, "en"), words);
});

test("the exact time says day and minute", () => {
  assert.match(exactTime(NOW, "en"), /^March \d+, 2026 at \d+:00\s[AP]M$/);
});

test("the seconds to wait are told, one as one", () => {
  assert.equal(say(en, "tryIn", { n: 1 }), "Try again in 1 second.");
  assert.equal(say(en, "tryIn", { n: 20 }), "Try again in 20 seconds.");
});
