import assert from "node:assert/strict";
import { test } from "node:test";
import { headingLevelOf, mayStore, sortOf, urlOf } from "../src/settings.js";

/** @param {Record<string, string>} set */
const raw = (set) => (/** @type {string} */ name) => set[name] ?? null;
const LOCATION = "https://example.org/story?page=2#comment-7";

test("a setting that makes no sense is the default", () => {
  for (const odd of ["", "0", "6", "2.5", " 2", "two"]) assert.equal(headingLevelOf(raw({ "heading-level": odd })), 2);
  assert.equal(headingLevelOf(raw({ "heading-level": "4" })), 4);
  assert.equal(sortOf(raw({ sort: "loudest" })), null);
  assert.equal(sortOf(raw({ sort: "newest" })), "newest");
  assert.equal(mayStore(raw({ storage: "off" })), false);
  assert.equal(mayStore(raw({})), true);
});

test("the address set wins over the canonical link, and that over where the reader is", () => {
  const page = { canonical: "https://example.org/story", location: LOCATION };
  assert.equal(urlOf(raw({ url: "https://example.org/other#x" }), page), "https://example.org/other");
  assert.equal(urlOf(raw({ url: "/other" }), page), "https://example.org/other");
  assert.equal(urlOf(raw({}), page), "https://example.org/story");
  assert.equal(urlOf(raw({}), { ...page, canonical: null }), "https://example.org/story?page=2");
});

test("an address that does not parse does no harm", () => {
  assert.equal(urlOf(raw({ url: "http://[" }), { canonical: null, location: LOCATION }), LOCATION);
});
