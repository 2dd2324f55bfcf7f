import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { LANGUAGES } from "../src/messages.js";

const FOLDER = new URL("../languages/", import.meta.url);
/** The same in English: names of things, no words left untranslated. */
const SAME_AS_ENGLISH = new Set([
  "da:Website", "de:Code", "de:Link", "de:Name", "de:Website", "el:Email", "nl:Website", "vi:Email",
]);
/** @param {string} file @returns {Promise<Record<string, any>>} */
const read = async (file) => JSON.parse(await readFile(new URL(file, FOLDER), "utf8"));
const en = await read("en.json");
const files = (await readdir(FOLDER)).filter((file) => file !== "en.json");
const catalogues = await Promise.all(files.map(async (file) => ({ file, words: await read(file) })));

/** @param {Record<string, any>} words @returns {[string, string][]} every sentence with where it stands */
const sentences = (words) =>
  Object.entries(words).flatMap(([key, message]) =>
    typeof message === "string" ? [[key, message]] : Object.entries(message).map(([form, text]) => [`${key}.${form}`, text]),
  );
/** @param {string} text */
const placeholders = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();

test("the script lists exactly the languages that there are, at least 30 besides English", () => {
  assert.deepEqual(files.map((file) => file.replace(".json", "")).sort(), [...LANGUAGES, "zh-Hant"].sort());
  assert.ok(files.length >= 30);
});

test("messages keep their numbers: new ones go to the end, so that a cached script and a newer catalogue agree", () => {
  const first = Object.keys(en).slice(0, 94).join();
  assert.equal(createHash("sha256").update(first).digest("hex").slice(0, 16), "fd3849b81ae46087");
});

test("no message has a key that might stand elsewhere in the source as a word of its own", () => {
  for (const key of Object.keys(en)) assert.match(key, /^[a-z]+[A-Z]\w+$|^refusals$/);
});

for (const { file, words } of catalogues) {
  test(`${file} says everything that English says, with the plural forms of its language`, () => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort());
    assert.deepEqual(Object.keys(words["refusals"]).sort(), Object.keys(en["refusals"]).sort());
    const { pluralCategories } = new Intl.PluralRules(words["languageTag"]).resolvedOptions();
    for (const [key, message] of Object.entries(en)) {
      if (typeof message === "string") assert.equal(typeof words[key], "string", key);
      else if (key !== "refusals") assert.deepEqual(Object.keys(words[key]).sort(), [...pluralCategories].sort(), key);
    }
    for (const [where, text] of sentences(words)) assert.ok(text.trim() === text && text !== "", where);
  });

  test(`${file} keeps every placeholder, and a number may be a word`, () => {
    for (const [key, message] of Object.entries(words)) {
      const [english, forms] = typeof message === "string" ? [en[key], { other: message }] : [en[key].other ?? "", message];
      for (const [form, text] of Object.entries(forms)) {
        const isWord = /^(zero|one|two)$/.test(form) && placeholders(text) === "";
        assert.ok(isWord || placeholders(text) === placeholders(english), `${key}.${form}: ${text}`);
      }
    }
  });

  test(`${file} has no English left, and runs the way its script does`, () => {
    const english = new Map(sentences(en));
    for (const [where, text] of sentences(words)) {
      assert.ok(text !== english.get(where) || SAME_AS_ENGLISH.has(`${file.replace(".json", "")}:${text}`) || text === words["textDirection"], `${where}: ${text}`);
    }
    const locale = /** @type {any} */ (new Intl.Locale(words["languageTag"]));
    assert.equal(words["textDirection"], (locale.getTextInfo?.() ?? locale.textInfo).direction);
  });
}
