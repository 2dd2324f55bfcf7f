/**
 * Builds into the Python package: the script that articles load, from `src/index.js`, what it loads once readers act, from
 * `src/tools/index.js`, the moderators', from `moderation/index.js`, that of list pages, from `src_counts/index.js`, and the
 * embed's words in other languages, from `languages/`; these are copied to `commentsvc/words/embed/` as well.
 *
 *     node build.js            writes commentsvc/web/static/{embed,embed-tools,moderation,counts}.js and languages/, and prints their sizes
 *     node build.js --verify   builds aside and fails unless the committed files are the same, byte for byte
 */

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

const STATIC = new URL("../commentsvc/web/static/", import.meta.url);

/** @typedef {{ name: string, source: string, format: "iife" | "esm", isSmall: boolean, budgetBytes: number }} Script budget: brotli */
/** @type {Script[]} what one loads stands before it */
const SCRIPTS = [
  { name: "embed-tools.js", source: "src/tools/index.js", format: "esm", isSmall: true, budgetBytes: 8_000 },
  { name: "embed.js", source: "src/index.js", format: "iife", isSmall: true, budgetBytes: 10_000 },
  { name: "moderation.js", source: "moderation/index.js", format: "esm", isSmall: false, budgetBytes: 10_000 },
  { name: "counts.js", source: "src_counts/index.js", format: "iife", isSmall: true, budgetBytes: 1_500 },
];
/** Of a script's hash, in its name. */
const VERSION_LETTERS = 16;
/** What terser may write. */
const ECMA = /** @type {const} */ (2020);
/** Names of properties that only our own code knows, shortened to save bytes. */
const OWN_NAMES =
  /^(is|on|may|add|ask|show|hold|follow|drop)[A-Z]|^(base|content|draft|more|node|rows|submission|token|contentLang|control|defaults|ownPage|createdAt|depth|draw|emit|editedAt|fields|focusReplyButton|headingLevel|headingTag|highlight|keep|limits|listener|load|permalink|place|policy|proof|replyCursor|response|answer|saveDraft|saveReceipts|stop|tell|threadId|view|writer|suffix|setting|receiptsName|likesName|receiptsAt|problem|attempt|ownPlace|speak|equip|dress|takeAlong|loadOwn|keyFor|badge)$/;
/** The browser's names, and those that are kept on the reader's device. */
const NOT_OWN = /^(addEventListener|isArray|isConnected|isIntersecting|isNaN|isOpen|isSafeInteger|isSettled)$/;

/** Style sheets are imported as minified text; custom properties of our own keep their first letter. @type {import("esbuild").Plugin} */
const styleText = {
  name: "style-text",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      const own = new Set(code.match(/--_\w+/g));
      if (new Set([...own].map((name) => name[3])).size < own.size) throw new Error("two own properties with one first letter");
      return { contents: code.trim().replace(/(--_\w)\w*(: )?/g, (_, name, colon) => name + (colon ? ":" : "")).replaceAll(", ", ","), loader: "text" };
    });
  },
};

const LANGUAGES = new URL("languages/", import.meta.url);
const LARGEST_CATALOGUE_BYTES = 2000;
const LARGEST_SOURCE_BYTES = 4000;
/** Codes that readers are told the same of. */
const SAME_REFUSAL = {
  internal_error: "storage_unavailable",
  database_newer: "storage_unavailable",
  migrations_missing: "storage_unavailable",
  wrong_keys: "storage_unavailable",
  foreign_origin: "unknown_site",
  unknown_host: "unknown_site",
  malformed_url: "unknown_site",
  foreign_parent: "unknown_parent",
  unknown_comment: "appeal_not_possible",
};

/** @param {string} name of a file in `languages/` @returns {Promise<Record<string, any>>} */
const readCatalogue = async (name) => JSON.parse(await readFile(new URL(name, LANGUAGES), "utf8"));

const english = await readCatalogue("en.json");
/** A message's number is its place in the English catalogue. */
const KEYS = Object.keys(english);

/**
 * Keys of messages stand as numbers, a catalogue as a list: nobody outside ever sees them. Of English a script holds what it says itself.
 * @param {Set<string>} said keys that the script's source names; filled while it is read
 * @param {boolean} isKnown whether it was read before
 * @returns {import("esbuild").Plugin}
 */
const numberedKeys = (said, isKnown) => ({
  name: "numbered-keys",
  setup(builder) {
    const wanted = new RegExp(`"(${KEYS.join("|")})"`, "g");
    const number = (/** @type {string} */ _found, /** @type {string} */ key) => (said.add(key), String(KEYS.indexOf(key)));
    builder.onLoad({ filter: /src.*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(wanted, number),
    }));
    // English readers get the service's own sentences.
    /** @type {Record<string, any>} */
    const words = { ...english, refusals: {} };
    const held = KEYS.map((key) => (isKnown && !said.has(key) ? "" : JSON.stringify(words[key])));
    builder.onLoad({ filter: /en\.json$/ }, () => ({ contents: `export default [${held}]`, loader: "js" }));
  },
});

/** Where the script for what readers do is found, told to the one that loads it. @type {import("esbuild").Plugin} */
const toolsAddress = {
  name: "tools-address",
  setup(builder) {
    builder.onLoad({ filter: /tools_address\.js$/ }, () => ({ contents: built.map(([name, value]) => `export const ${name} = "${value}";`).join("") }));
  },
};
/** @type {[string, string][]} */
const built = [["ADDRESS", ""], ["INTEGRITY", ""]];
/** Names of properties, the same in both scripts. @type {Record<string, string | false>} */
let mangleCache = {};

/**
 * @param {Script} script
 * @returns {Promise<Uint8Array>} the bundle
 */
async function bundle(script) {
  const { name, isSmall } = script;
  if (!isSmall) return (await run(script, [])).contents;
  const said = new Set(["languageTag", "textDirection", "refusals"]);
  await run(script, [styleText, toolsAddress, numberedKeys(said, false)]);
  const file = await run(script, [toolsAddress, styleText, numberedKeys(said, true)]);
  const code = Buffer.from(await smaller(file.text, script.format === "esm"));
  if (name === "embed-tools.js") {
    const version = createHash("sha256").update(code).digest("hex").slice(0, VERSION_LETTERS);
    built[0] = ["ADDRESS", `/embed/tools-${version}.js`];
    built[1] = ["INTEGRITY", `sha256-${createHash("sha256").update(code).digest("base64")}`];
  }
  return code;
}

/** @param {Script} script @param {import("esbuild").Plugin[]} plugins */
async function run({ source, format, isSmall }, plugins) {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    bundle: true,
    charset: "utf8",
    format,
    legalComments: "none",
    minify: true,
    ...(isSmall ? { mangleProps: OWN_NAMES, reserveProps: NOT_OWN, mangleCache } : {}),
    plugins,
    target: "es2022",
    write: false,
  });
  mangleCache = { ...mangleCache, ...result.mangleCache };
  const [file] = result.outputFiles;
  if (!file) throw new Error("esbuild wrote nothing");
  return file;
}

/**
 * The same script once more through terser, which inlines what esbuild leaves: nearly 200 bytes brotli. `unsafe` holds as
 * nobody replaces what the language brings along.
 * @param {string} code
 * @param {boolean} isModule
 */
async function smaller(code, isModule) {
  const compress = { ecma: ECMA, passes: 3, pure_getters: true, inline: 1, keep_fargs: false, unsafe_arrows: true, unsafe: true, hoist_funs: true };
  const { code: smaller } = await minify(code, { ecma: ECMA, compress, toplevel: true, module: isModule });
  if (!smaller) throw new Error("terser wrote nothing");
  return smaller.replace('"use strict";', "");
}

/**
 * A catalogue as the embed reads it: messages by number, refusals by code.
 * @param {string} name
 */
async function compile(name) {
  const catalogue = await readCatalogue(name);
  const { refusals, threadClosed } = catalogue;
  const same = Object.entries(SAME_REFUSAL).map(([code, as]) => [code, refusals[as]]);
  catalogue["refusals"] = { ...refusals, ...Object.fromEntries(same), thread_closed: threadClosed };
  return Buffer.from(JSON.stringify(KEYS.map((key) => catalogue[key])));
}

/**
 * Write a file, or see that it is there; say how large it is.
 * @param {string} name
 * @param {Uint8Array} built
 * @param {number} budgetBytes
 */
async function settle(name, built, budgetBytes) {
  const committed = new URL(name, STATIC);
  const brotli = brotliCompressSync(built, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  console.log(`${name}: ${built.length} bytes, ${brotli} brotli`);
  if (brotli > budgetBytes) throw new Error(`over the budget of ${budgetBytes} bytes brotli`);
  if (!process.argv.includes("--verify")) {
    await writeFile(committed, built);
  } else if (!(await readFile(committed)).equals(built)) {
    throw new Error(`commentsvc/web/static/${name} is not what the source builds: run npm run build`);
  }
}

for (const script of SCRIPTS) await settle(script.name, await bundle(script), script.budgetBytes);
await mkdir(new URL("languages/", STATIC), { recursive: true });
for (const name of await readdir(LANGUAGES)) {
  if (name !== "en.json") await settle(`languages/${name}`, await compile(name), LARGEST_CATALOGUE_BYTES);
  // For readers' pages and mails, which say some of it as well.
  await settle(`../../words/embed/${name}`, await readFile(new URL(name, LANGUAGES)), LARGEST_SOURCE_BYTES);
}
