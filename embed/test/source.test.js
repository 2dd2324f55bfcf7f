import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const FOLDERS = ["../src/", "../src/tools/", "../moderation/"].map((folder) => new URL(folder, import.meta.url));
const FORBIDDEN = /innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|createContextualFragment|setHTML|\beval\b|new Function|postMessage|getElementById|document\.cookie|sessionStorage/;

test("nothing in the source turns text into markup or code, or reaches for what is not ours", async () => {
  for (const folder of FOLDERS) {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".js"));
    assert.ok(names.length > 10);
    for (const name of names) {
      const found = FORBIDDEN.exec(await readFile(new URL(name, folder), "utf8"));
      assert.equal(found, null, `${name}: ${found?.[0]}`);
    }
  }
  assert.ok(FORBIDDEN.test("node.innerHTML = text"), "the pattern finds what it looks for");
});
