import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { buildBody, safeHref } from "../src/build_body.js";
import { element } from "../src/dom.js";

/** @param {unknown[]} tree */
const html = (tree) => element("div", {}, buildBody(tree)).innerHTML;

test("allowed tags become elements, texts stay texts", () => {
  const tree = [["p", "a ", ["strong", "b"], ["br"], "<i>c</i>"], ["ul", ["li", ["code", "d"]]]];
  assert.equal(html(tree), "<p>a <strong>b</strong><br>&lt;i&gt;c&lt;/i&gt;</p><ul><li><code>d</code></li></ul>");
});

test("a tag that is not allowed is unwrapped and keeps its words", () => {
  for (const tag of ["script", "style", "iframe", "svg", "img", "P", "constructor", "__proto__", ""]) {
    assert.equal(html([["p", [tag, { src: "https://evil.example" }, "words"]]]), "<p>words</p>");
  }
});

test("no attribute but a link's target is taken over", () => {
  assert.equal(html([["p", { id: "comments", name: "x", style: "x", onclick: "x" }, "a"]]), "<p>a</p>");
});

test("a link carries its relation and the address as the browser reads it", () => {
  assert.equal(
    html([["a", { href: "HTTPS://Example.org", title: "x" }, "a"]]),
    '<a href="https://example.org/" rel="ugc nofollow noopener noreferrer">a</a>',
  );
});

test("a link that leads nowhere safe is unwrapped", () => {
  const targets = ["javascript:`1337`", " java\tscript:alert(1)", "//evil.example", "/path", "data:text/html,x", "vbscript:x", "blob:https://a/b", "", 7, null];
  for (const href of targets) assert.equal(html([["a", { href }, "words"]]), "words");
});

test("an inherited href is no href", () => {
  assert.equal(html([["a", Object.create({ href: "https://example.org/" }), "words"]]), "words");
});

test("what is no node at all is left out", () => {
  assert.equal(html([null, 7, true, {}, [], [["p"], "a"], "b"]), "ab");
});

test("nesting deeper than anybody writes is cut off and not followed", () => {
  let deep = /** @type {unknown} */ ("bottom");
  for (let i = 0; i < 5_000; i++) deep = ["blockquote", deep];
  assert.ok(!html([deep]).includes("bottom"));
});

test("only http, https and mailto are safe", () => {
  assert.equal(safeHref("mailto:a@example.org"), "mailto:a@example.org");
  assert.equal(safeHref("http://example.org/a b"), "http://example.org/a%20b");
  assert.equal(safeHref("httpx://example.org/"), null);
});

test("a mention of whom is answered leads to their comment", () => {
  /** @param {unknown[]} tree */
  const told = (tree) => element("div", {}, buildBody(tree, "@Ada (B)", "#comment-a")).innerHTML;
  const link = '<a href="#comment-a">@Ada (B)</a>';
  assert.equal(told([["p", "@Ada (B), yes"]]), `<p>${link}, yes</p>`);
  assert.equal(told([["p", "So ", ["em", "says @Ada (B)"], " and @Ada (B)"]]), `<p>So <em>says ${link}</em> and ${link}</p>`);
  assert.equal(told([["p", "@Ada (B) @Ada (B)"]]), `<p>${link} @Ada (B)</p>`);
});

test("what only looks like a mention stays text", () => {
  const link = ["a", { href: "https://example.org/" }, "@Ada"];
  for (const tree of [["p", "@Adam"], ["p", "x@Ada"], ["p", "@ada"], ["p", "Ada"], ["code", "@Ada"], ["pre", ["code", "@Ada"]], link]) {
    assert.equal(element("div", {}, buildBody([tree], "@Ada", "#comment-a")).innerHTML, html([tree]));
  }
  assert.equal(element("div", {}, buildBody([["p", "@ and @"]], undefined, "#comment-a")).innerHTML, "<p>@ and @</p>");
});
