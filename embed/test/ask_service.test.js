import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { askReplies, askThread, ServiceError } from "../src/ask_service.js";
import { askFormToken, askPreview, askReceipts, sendComment, sendDeletion, sendEdit, sendLike, sendReport } from "../src/tools/ask_own.js";
import { isDefinitive } from "../src/tools/send_comment.js";

/** @import { AddressInfo } from "node:net" */
/** @import { Place } from "../src/types.js" */

/** @type {{ method: string | undefined, url: URL, body: string, headers: import("node:http").IncomingHttpHeaders }} */
let asked;
/** @type {{ status: number, headers?: Record<string, string>, body: string } | null} null answers nothing at all */
let answer;
/** @type {Place} */
let place;
const { signal } = new AbortController();

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  asked = { method: request.method, url: new URL(request.url ?? "", "http://x"), body, headers: request.headers };
  if (answer === null) request.socket.destroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body);
});

before(async () => {
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
  const { port } = /** @type {AddressInfo} */ (server.address());
  Object.assign(globalThis, { location: { origin: "https://example.org" } });
  place = { base: `http://127.0.0.1:${port}`, site: "demo", url: "https://example.org/a?b=1&c=ü", threadId: null, sort: null };
});
after(() => server.close());

/** @param {unknown} body @param {number} [status] @param {Record<string, string>} [headers] */
const say = (body, status = 200, headers = {}) => (answer = { status, headers, body: JSON.stringify(body) });

/** @param {Promise<unknown>} promise @returns {Promise<ServiceError>} */
const failure = (promise) => promise.then(() => assert.fail("it succeeded"), (error) => error);

test("a thread is asked for by the contract's names", async () => {
  say({ thread: { count: 2 } });
  assert.equal((await askThread(place, { signal })).count, 2);
  assert.deepEqual([...asked.url.searchParams], [["site", "demo"], ["url", place.url], ["body", "tree"]]);
  await askThread({ ...place, threadId: "t", sort: "newest" }, { signal, after: "c" });
  assert.deepEqual([...asked.url.searchParams.keys()], ["site", "url", "id", "sort", "after", "body"]);
  assert.equal(asked.headers.cookie, undefined);
});

test("a thread is asked for as a page preloads it, and of the page's own origin without its cookies", async () => {
  /** @type {(string | undefined)[]} */
  const credentials = [];
  const { fetch } = globalThis;
  globalThis.fetch = (url, options) => {
    credentials.push(options?.credentials);
    return fetch(url, options);
  };
  say({});
  await askThread(place, { signal });
  Object.assign(location, { origin: place.base });
  await askThread(place, { signal });
  globalThis.fetch = fetch;
  assert.deepEqual(credentials, ["same-origin", "omit"]);
});

test("replies, form token and receipts are asked for by the contract's names", async () => {
  say({ comments: [{ id: "a" }], next: "c" });
  assert.equal((await askReplies(place.base, "root", "last", signal)).next, "c");
  assert.equal(asked.url.pathname + asked.url.search, "/api/v1/replies?comment=root&after=last&body=tree");
  say({ token: "t" });
  assert.equal(await askFormToken(place), "t");
  say({ comments: [null, { id: "b", status: "pending" }] });
  assert.deepEqual((await askReceipts(place.base, ["r", "s"], signal)).map((own) => own?.status), [undefined, "pending"]);
  assert.equal(asked.body, '{"receipts":["r","s"]}');
});

test("a comment is sent as JSON with its key", async () => {
  say({ comment: { id: "a", status: "pending" }, receipt: "r" }, 202);
  const { comment, receipt } = await sendComment(place.base, { submission: '{"site":"demo"}', key: "key-12345" });
  assert.deepEqual([comment.id, comment.status, receipt], ["a", "pending", "r"]);
  assert.equal(asked.headers["idempotency-key"], "key-12345");
  assert.equal(asked.headers["content-type"], "application/json");
  assert.equal(asked.body, '{"site":"demo"}');
});

test("what is one's own is changed and deleted with its receipt", async () => {
  say({ comment: { id: "a", status: "pending", source: "new" } });
  assert.equal((await sendEdit(place.base, "a", "r", "new"))?.source, "new");
  assert.deepEqual([asked.method, asked.url.pathname, asked.headers.authorization, asked.body], ["PATCH", "/api/v1/comments/a", "Bearer r", '{"body":"new"}']);
  say({ status: "deleted" });
  await sendDeletion(place.base, "a", "r");
  assert.deepEqual([asked.method, asked.url.pathname, asked.headers.authorization], ["DELETE", "/api/v1/comments/a", "Bearer r"]);
});

test("likes, reports and previews say nothing of who asks", async () => {
  say({ likes: 3, liked: true });
  assert.equal(await sendLike(place.base, "a", "random", true), 3);
  assert.deepEqual([asked.url.pathname, asked.body], ["/api/v1/comments/a/likes", '{"reader":"random","liked":true}']);
  await sendReport(place.base, "a", { reader: "random", reason: "spam", text: undefined });
  assert.deepEqual([asked.url.pathname, asked.body], ["/api/v1/comments/a/reports", '{"reader":"random","reason":"spam"}']);
  say({ tree: [["p", "x"]] });
  assert.deepEqual(await askPreview(place.base, "demo", "x"), [["p", "x"]]);
  assert.deepEqual([asked.url.pathname, asked.body], ["/api/v1/preview", '{"site":"demo","body":"x"}']);
});

test("a refusal tells its code, its sentence and its fields", async () => {
  say({ code: "too_many_requests", title: "Wait.", fields: { name: "x" } }, 429, { "Retry-After": "20" });
  const error = await failure(askThread(place, { signal }));
  assert.ok(error instanceof ServiceError);
  assert.equal(error.response?.headers.get("Retry-After"), "20");
  assert.deepEqual([error.code, error.title], ["too_many_requests", "Wait."]);
  assert.equal(isDefinitive(error), false);
});

test("only a refusal of the words themselves is definitive", async () => {
  for (const [status, isSo] of /** @type {[number, boolean][]} */ ([[422, true], [409, true], [403, true], [408, false], [500, false], [503, false]])) {
    say({ code: "x" }, status);
    assert.equal(isDefinitive(await failure(sendComment(place.base, { submission: "{}", key: "k" }))), isSo);
  }
});

test("no answer, and an answer that is no JSON, are failures that may be tried again", async () => {
  answer = null;
  assert.equal((await failure(askThread(place, { signal }))).code, "unreachable");
  answer = { status: 200, body: "<html>captive portal</html>" };
  const unreadable = await failure(sendComment(place.base, { submission: "{}", key: "k" }));
  assert.deepEqual([unreadable.code, isDefinitive(unreadable)], ["unreadable", false]);
  answer = { status: 502, body: "<html>bad gateway</html>" };
  assert.deepEqual([(await failure(askThread(place, { signal }))).response?.status], [502]);
});

test("a request that is called off fails", async () => {
  say({});
  const called = new AbortController();
  called.abort();
  assert.ok((await failure(askThread(place, { signal: called.signal }))) instanceof ServiceError);
});
