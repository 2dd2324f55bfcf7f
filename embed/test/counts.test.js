import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, beforeEach, test } from "node:test";
import { JSDOM } from "jsdom";

const { window } = new JSDOM('<!doctype html><html lang="en"><body></body></html>', { url: "https://site.example/news/" });
const { document } = window;
Object.assign(globalThis, { document, location: window.location, HTMLElement: window.HTMLElement, customElements: window.customElements });
const { groupRequests, MOST } = await import("../src_counts/group_requests.js");
const { ENGLISH, tellCount } = await import("../src_counts/words.js");
const { TAG } = await import("../src_counts/tag.js");
await import("../src_counts/index.js");
Object.assign(TAG, { service: "https://comments.example", site: "news" });

/** @type {string[]} */
let calls = [];
/** @type {Record<string, any>} by path */
let answers = {};
const realFetch = globalThis.fetch;
globalThis.fetch = async (address, options) => {
  assert.equal(options?.credentials, "omit");
  assert.equal(options?.referrerPolicy, "no-referrer");
  const url = new URL(String(address));
  calls.push(`${url.pathname}${url.search}`);
  const answer = answers[url.pathname];
  if (answer === undefined) throw new TypeError("unreachable");
  return Response.json(typeof answer === "function" ? answer(url.searchParams) : answer);
};
after(() => (globalThis.fetch = realFetch));

const settled = () => new Promise((done) => setTimeout(done, 20));
/** Every article has as many comments as its address has characters. @param {URLSearchParams} query */
const counted = (query) => ({ counts: Object.fromEntries(query.getAll("url").map((url) => [url, url.length])) });

beforeEach(async () => {
  document.body.replaceChildren();
  await settled();
  calls = [];
  answers = { "/api/v1/counts": counted };
});

/** @param {string} name @param {Record<string, string>} attributes @param {string} [text] */
function add(name, attributes, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(text);
  document.body.append(element);
  return element;
}

test("all articles of a site are asked for in one call, each once, in an order of their own", () => {
  const wanted = ["b", "a", "b"].map((address) => ({ site: "news", address }));
  assert.deepEqual(groupRequests(wanted), ["site=news&url=a&url=b"]);
  assert.deepEqual(groupRequests([]), []);
});

test("each site is asked on its own", () => {
  const wanted = [{ site: "x", address: "1" }, { site: "__proto__x", address: "1" }, { site: "x", address: "2" }];
  assert.deepEqual(groupRequests(wanted), ["site=x&url=1&url=2", "site=__proto__x&url=1"]);
});

test("more articles than the service takes are asked for in several calls, and none is lost", () => {
  const wanted = Array.from({ length: 2 * MOST.addresses + 1 }, (_, i) => ({ site: "s", address: `${i}` }));
  const asked = groupRequests(wanted).map((query) => new URLSearchParams(query).getAll("url"));
  assert.deepEqual(asked.map((urls) => urls.length), [MOST.addresses, MOST.addresses, 1]);
  assert.deepEqual(asked.flat().sort(), wanted.map(({ address }) => address).sort());
});

test("no call is longer than caches take, unless one address alone is", () => {
  const wanted = Array.from({ length: 40 }, (_, i) => ({ site: "s", address: `https://site.example/${"ä".repeat(40)}${i}` }));
  const queries = groupRequests([...wanted, { site: "s", address: "z".repeat(5000) }]);
  assert.equal(queries.filter((query) => query.length > MOST.characters).length, 1);
  assert.equal(queries.flatMap((query) => new URLSearchParams(query).getAll("url")).length, 41);
});

test("English says what the catalogue says, and other languages choose their form", async () => {
  const read = async (/** @type {string} */ name) => JSON.parse(await readFile(new URL(`../languages/${name}.json`, import.meta.url), "utf8"));
  const [english, polish] = [await read("en"), await read("pl")];
  assert.deepEqual(ENGLISH, { languageTag: english.languageTag, commentCount: english.commentCount });
  assert.deepEqual([0, 1, 12_345].map((n) => tellCount(n, ENGLISH)), ["0 comments", "1 comment", "12,345 comments"]);
  const { one, few, many } = polish.commentCount;
  assert.deepEqual([1, 3, 5].map((n) => tellCount(n, polish)), [one, few, many].map((form, i) => form.replace("{n}", [1, 3, 5][i])));
});

test("counts of a page come in one call, relative addresses and names of threads among them", async () => {
  const one = add("comment-count", { url: "/a#x" }, "Comments");
  const named = add("comment-count", { "thread-id": "article 17" });
  assert.equal(one.textContent, "Comments");
  await settled();
  assert.deepEqual(calls, ["/api/v1/counts?site=news&url=article+17&url=https%3A%2F%2Fsite.example%2Fa"]);
  assert.deepEqual([one.textContent, named.textContent], ["22 comments", "10 comments"]);
});

test("what cannot be known leaves what the page wrote", async () => {
  answers = {};
  const one = add("comment-count", { url: "/a" }, "Comments");
  const broken = add("comment-count", { url: "http://[" }, "Talk");
  const none = add("comment-count", {}, "Say");
  await settled();
  assert.deepEqual([one, broken, none].map((each) => each.textContent), ["Comments", "Talk", "Say"]);
  answers = { "/api/v1/counts": { counts: { "https://site.example/b": "<b>9</b>" } } };
  const odd = add("comment-count", { url: "/b" }, "Odd");
  await settled();
  assert.equal(odd.textContent, "Odd");
});

test("a changed address takes the old number away at once, and an answer that comes too late changes nothing", async () => {
  const one = add("comment-count", { url: "/a" }, "Comments");
  await settled();
  one.setAttribute("url", "/longer");
  assert.equal(one.textContent, "Comments");
  await settled();
  assert.equal(one.textContent, "27 comments");
  one.setAttribute("url", "/x");
  one.setAttribute("url", "/the-last");
  await settled();
  assert.equal(one.textContent, "29 comments");
});

test("an element that is gone before the call is not asked for", async () => {
  add("comment-count", { url: "/gone" }).remove();
  await settled();
  assert.deepEqual(calls, []);
});

test("counts are told in the language of the element, else of what is around it; without a catalogue in English", async () => {
  // In the built script messages are known by number.
  answers["/languages/de.json"] = { languageTag: "de", commentCount: { one: "{n} Kommentar", other: "{n} Kommentare" } };
  const german = add("comment-count", { url: "/a", lang: "de-AT" });
  const french = add("comment-count", { url: "/a", lang: "fr" });
  await settled();
  assert.deepEqual([german.textContent, french.textContent], ["22 Kommentare", "22 comments"]);
});

const RECENT = { id: "a", url: "https://site.example/a#comment-a", author: { name: "<b>Ada</b>", badge: null }, excerpt: "<i>Words</i>", created_at: "2026-11-22T09:30:00Z" };

test("the newest comments are a list of text, each with a link to where it stands", async () => {
  answers["/api/v1/recent"] = { comments: [RECENT, { ...RECENT, url: "javascript:alert(1)" }] };
  const list = add("recent-comments", { limit: "2" }, "None yet");
  await settled();
  assert.deepEqual(calls, ["/api/v1/recent?site=news&limit=2"]);
  const [first, second] = list.querySelectorAll("ul > li");
  assert.equal(first?.textContent, "<b>Ada</b> Nov 22, 2026 <i>Words</i>");
  assert.equal(first?.querySelector("a")?.getAttribute("href"), RECENT.url);
  assert.equal(first?.querySelector("time")?.getAttribute("datetime"), RECENT.created_at);
  assert.equal(second?.querySelector("a")?.hasAttribute("href"), false);
});

test("no comments, no site and no service leave what the page wrote", async () => {
  answers["/api/v1/recent"] = { comments: [] };
  const empty = add("recent-comments", {}, "None yet");
  const nowhere = add("recent-comments", { site: "" }, "Nowhere");
  await settled();
  assert.deepEqual([empty.textContent, nowhere.textContent], ["None yet", "Nowhere"]);
  assert.deepEqual(calls, ["/api/v1/recent?site=news&limit=5"]);
});

test("nothing in the source turns text into markup, and nothing is kept", async () => {
  const folder = new URL("../src_counts/", import.meta.url);
  for (const name of await readdir(folder)) {
    assert.doesNotMatch(await readFile(new URL(name, folder), "utf8"), /innerHTML|outerHTML|insertAdjacent|DOMParser|\beval\b|document\.cookie|Storage|\.style\b/, name);
  }
});
