/**
 * A development aid: a page and a made-up service on two origins, so that the embed can be looked at in every
 * state without the real thing. Nothing here is part of the product.
 *
 *     node test/serve.js [PAGE_PORT] [SERVICE_PORT]
 *
 * The page's path says what the service does: `/empty`, `/three`, `/deep`, `/closed`, `/long`, `/hostile`,
 * `/broken` (thread fails), `/slow`, `/slowpost`, `/refused` (fields), `/busy` (429), `/down` (503), `/shut` (closed
 * meanwhile), `/gone` (the first post gets no answer), `/optional` (no e-mail needed), `/approved` (posts at once).
 * `/silent` (sends no mail).
 * `?theme=`, `?accent=`, `?bg=dark` and `?csp=1` (the strictest policy) change the page.
 */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { commentsFor, words } from "./made_up_comments.js";

const [pagePort, servicePort] = [Number(process.argv[2] ?? 8100), Number(process.argv[3] ?? 8101)];
const SERVICE = `http://127.0.0.1:${servicePort}`;
const STATIC = new URL("../../commentsvc/web/static/", import.meta.url);
const PAGE_OF_ROOTS = 10;
const PAGE_OF_REPLIES = 5;

/** @typedef {import("./made_up_comments.js").WireComment} WireComment */
/** @type {Map<string, { comment: WireComment, path: string }>} posted here, by receipt */
const posted = new Map();
/** @type {Map<string, string>} receipt by Idempotency-Key */
const keys = new Map();
let posts = 0;

/** @param {URL} url */
function page(url) {
  const isDark = url.searchParams.get("bg") === "dark";
  const theme = url.searchParams.get("theme") ?? "auto";
  const look = isDark ? "background:#15171a;color:#e6e3dc" : "background:#fffdf9;color:#222";
  const accent = url.searchParams.get("accent");
  const style = `body{margin:0;${look};font:18px/1.6 Georgia,serif}main{max-width:720px;margin:auto;padding:20px}
    h1{line-height:1.2}${accent ? `comment-thread{--comments-accent:${accent}}` : ""}`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
    <title>The lighthouse keepers</title><style nonce="page">${style}</style><main><article id="story"><h1>The lighthouse keepers</h1>
    <p>${words(90)}</p><p>${words(70)}</p></article>
    <script nonce="page">window.violations=[];window.events=[];window.keysBefore=Object.getOwnPropertyNames(window);
    document.addEventListener("securitypolicyviolation",e=>violations.push(e.violatedDirective+" "+e.blockedURI+" "+e.sample));
    for(const n of ["comments-loaded","comment-submitted","comment-failed"])document.addEventListener(n,e=>events.push([n,e.detail]));</script>
    <script async src="${SERVICE}/embed.js" data-site="demo" data-theme="${theme}"></script></main></html>`;
}

const CSP = `default-src 'none'; script-src 'nonce-page' ${SERVICE}; style-src 'nonce-page'; connect-src ${SERVICE}; ` +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

createServer((request, response) => {
  const url = new URL(request.url ?? "/", `http://127.0.0.1:${pagePort}`);
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    ...(url.searchParams.has("csp") && { "Content-Security-Policy": CSP }),
  });
  response.end(page(url));
}).listen(pagePort, "127.0.0.1");

/** @param {import("node:http").IncomingMessage} request */
async function bodyOf(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return JSON.parse(body);
}

/** @param {string | null | undefined} url of the article */
const pathOf = (url) => new URL(url ?? "http://x/").pathname;

/** @param {number} status @param {string} code @param {object} [more] */
const problem = (status, code, more = {}) => ({
  status,
  answer: { type: `/errors/${code}`, title: `Sentence about ${code}.`, status, code, ...more },
});

/** @param {string} path @param {URLSearchParams} query */
function thread(path, query) {
  if (path === "/broken") return problem(503, "storage_unavailable");
  const all = commentsFor(path);
  const roots = all.filter((comment) => comment.parent === null);
  const start = Number(query.get("after") ?? 0);
  const shown = roots.slice(start, start + PAGE_OF_ROOTS);
  const comments = shown.flatMap((root) => [root, ...branch(all, root).slice(0, path === "/deep" ? 100 : PAGE_OF_REPLIES)]);
  const next = start + PAGE_OF_ROOTS < roots.length ? String(start + PAGE_OF_ROOTS) : null;
  const policy = {
    email: path === "/optional" ? "optional" : "required",
    hold: "everything",
    notify: path !== "/silent",
    limits: { name: 80, body: 5000, website: 300 },
  };
  const count = all.filter((comment) => !comment.tombstone).length;
  const about = { url: query.get("url"), title: "x", open: path !== "/closed", count, revision: 1, policy };
  return { status: 200, answer: { thread: about, comments, next } };
}

/** @param {WireComment[]} all @param {WireComment} root */
function branch(all, root) {
  const ids = new Set([root.id]);
  return all.filter((comment) => comment.parent !== null && ids.has(comment.parent) && ids.add(comment.id));
}

/** @param {URLSearchParams} query */
function replies(query) {
  const root = query.get("comment") ?? "";
  const all = commentsFor(`/${root.split("-")[0]}`);
  const top = all.find((comment) => comment.id === root);
  const inBranch = top ? branch(all, top) : [];
  const start = inBranch.findIndex((comment) => comment.id === query.get("after")) + 1;
  const comments = inBranch.slice(start, start + PAGE_OF_REPLIES);
  const next = start + PAGE_OF_REPLIES < inBranch.length ? (comments.at(-1)?.id ?? null) : null;
  return { status: 200, answer: { comments, next } };
}

/** @param {Record<string, string>} body @param {string} key Idempotency-Key */
function submit(body, key) {
  posts += 1;
  const path = pathOf(body["url"]);
  if (path === "/refused") return problem(422, "invalid_input", { fields: { email: "This address does not look right." } });
  if (path === "/busy") return problem(429, "too_many_requests");
  if (path === "/down") return problem(503, "storage_unavailable");
  if (path === "/shut") return problem(409, "thread_closed");
  const receipt = keys.get(key) ?? `receipt-${posted.size}`;
  keys.set(key, receipt);
  const status = path === "/approved" ? "approved" : "pending";
  const comment = {
    id: `own-${receipt}`,
    parent: body["parent"] ?? null,
    author: { name: body["name"] ?? "", website: body["website"] ?? null, key: "k", badge: null },
    body: String(body["body"]).split(/\n\n+/).map((part) => ["p", part]),
    created_at: new Date().toISOString(),
    edited_at: null,
    likes: 0,
    replies: 0,
    tombstone: false,
    status,
    source: String(body["body"]),
    url: body["url"],
    may_edit_until: new Date(Date.now() + 900_000).toISOString(),
  };
  if (!posted.has(receipt)) posted.set(receipt, { comment, path });
  return { status: status === "approved" ? 201 : 202, answer: { comment: posted.get(receipt)?.comment, receipt } };
}

/** @param {import("node:http").IncomingMessage} request */
async function receipts(request) {
  const { receipts: asked } = await bodyOf(request);
  return { status: 200, answer: { comments: asked.map((/** @type {string} */ one) => posted.get(one)?.comment ?? null) } };
}

/** @param {import("node:http").IncomingMessage} request @param {URL} url */
async function answer(request, url) {
  switch (`${request.method} ${url.pathname}`) {
    case "GET /api/v1/thread":
      return thread(pathOf(url.searchParams.get("url")), url.searchParams);
    case "GET /api/v1/replies":
      return replies(url.searchParams);
    case "GET /api/v1/form":
      return { status: 200, answer: { token: "form-token" } };
    case "POST /api/v1/receipts":
      return receipts(request);
    case "GET /posts":
      return { status: 200, answer: { posts, comments: posted.size } };
    case "POST /api/v1/preview": {
      const { body } = await bodyOf(request);
      return { status: 200, answer: { html: "", tree: String(body).split(/\n\n+/).map((part) => ["p", ["strong", "Shown: "], part]) } };
    }
    case "POST /decide": {
      const { status } = await bodyOf(request);
      for (const { comment } of posted.values()) comment.status = status;
      return { status: 200, answer: {} };
    }
    default:
      return about(request, url);
  }
}

/** What is done with one comment. @param {import("node:http").IncomingMessage} request @param {URL} url */
async function about(request, url) {
  const [, id, what] = /^\/api\/v1\/comments\/([\w-]+)(?:\/(\w+))?$/.exec(url.pathname) ?? [];
  const receipt = String(request.headers.authorization).replace("Bearer ", "");
  const own = posted.get(receipt)?.comment;
  if (what === "likes") {
    const { liked } = await bodyOf(request);
    likes.set(id ?? "", (likes.get(id ?? "") ?? 2) + (liked ? 1 : -1));
    return { status: 200, answer: { likes: likes.get(id ?? ""), liked } };
  }
  if (what === "reports") return { status: 202, answer: {} };
  if (!own || own.id !== id || what) return problem(404, "not_found");
  if (request.method === "DELETE") {
    posted.delete(receipt);
    return { status: 200, answer: { status: "deleted" } };
  }
  const { body } = await bodyOf(request);
  Object.assign(own, { body: [["p", body]], source: body, edited_at: new Date().toISOString() });
  return { status: 200, answer: { comment: own } };
}
/** @type {Map<string, number>} */
const likes = new Map();

createServer(async (request, response) => {
  const url = new URL(request.url ?? "/", SERVICE);
  const headers = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type, idempotency-key",
    "Access-Control-Allow-Methods": "DELETE, PATCH, POST",
    "Access-Control-Expose-Headers": "retry-after",
  };
  if (request.method === "OPTIONS") return response.writeHead(204, headers).end();
  if (url.pathname === "/embed.js") {
    return response.writeHead(200, { ...headers, "Content-Type": "text/javascript; charset=utf-8" }).end(await readFile(new URL("embed.js", STATIC)));
  }
  if (url.pathname.startsWith("/embed/tools-")) {
    return response.writeHead(200, { ...headers, "Content-Type": "text/javascript; charset=utf-8" }).end(await readFile(new URL("embed-tools.js", STATIC)));
  }
  let result;
  if (url.pathname === "/api/v1/comments") {
    const [body, key] = [await bodyOf(request), String(request.headers["idempotency-key"])];
    const path = pathOf(body.url);
    const isFirst = posts === 0;
    if (path === "/slowpost") await new Promise((done) => setTimeout(done, 1500));
    result = submit(body, key);
    if (path === "/gone" && isFirst) return request.socket.destroy();
  } else result = await answer(request, url);
  if (url.searchParams.get("url")?.includes("/slow")) await new Promise((done) => setTimeout(done, 3000));
  return response
    .writeHead(result.status, {
      ...headers,
      "Content-Type": result.status < 400 ? "application/json" : "application/problem+json",
      ...(result.status === 429 && { "Retry-After": "30" }),
    })
    .end(JSON.stringify(result.answer));
}).listen(servicePort, "127.0.0.1");

console.log(`page http://127.0.0.1:${pagePort}/three, service ${SERVICE}`);
