/**
 * Builds the two scripts into the Python package: the one that articles load, from `src/index.js`, and the
 * moderators', from `moderation/index.js`.
 *
 *     node build.js            writes commentsvc/web/static/{embed,moderation}.js and prints their sizes
 *     node build.js --verify   builds aside and fails unless the committed files are the same, byte for byte
 */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

const STATIC = new URL("../commentsvc/web/static/", import.meta.url);

/** @typedef {{ name: string, source: string, format: "iife" | "esm", isSmall: boolean, budgetBytes: number }} Script budget: brotli */
/** @type {Script[]} */
const SCRIPTS = [
  { name: "embed.js", source: "src/index.js", format: "iife", isSmall: true, budgetBytes: 10_000 },
  { name: "moderation.js", source: "moderation/index.js", format: "esm", isSmall: false, budgetBytes: 10_000 },
];
/** What terser may write. */
const ECMA = /** @type {const} */ (2020);
/** Names of properties that only our own code knows, shortened to save bytes. */
const OWN_NAMES =
  /^(is|on|may|add|ask|show|hold|follow|drop)[A-Z]|^(base|content|draft|more|node|rows|submission|token|contentLang|control|defaults|ownPage|createdAt|depth|draw|emit|editedAt|fields|focusReplyButton|headingLevel|headingTag|highlight|keep|limits|listener|load|permalink|place|policy|proof|replyCursor|retryAfterSeconds|saveDraft|saveReceipts|stop|tell|threadId|view|writer)$/;
/** The browser's names, and those that are kept on the reader's device. */
const NOT_OWN = /^(addEventListener|isArray|isConnected|isNaN|isOpen|isSafeInteger|isSettled)$/;

/** Style sheets are imported as minified text; custom properties of our own keep their first letter. @type {import("esbuild").Plugin} */
const styleText = {
  name: "style-text",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      const own = new Set(code.match(/--_\w+/g));
      if (new Set([...own].map((name) => name[3])).size < own.size) throw new Error("two own properties with one first letter");
      return { contents: code.trim().replace(/(--_\w)\w*/g, "$1"), loader: "text" };
    });
  },
};

/** Keys of messages that have two words or more stand as short ones: nobody outside ever sees them. @type {import("esbuild").Plugin} */
const shortKeys = {
  name: "short-keys",
  async setup(builder) {
    const messages = await readFile(new URL("src/messages.js", import.meta.url), "utf8");
    const keys = [...messages.matchAll(/^  ([a-z]+[A-Z]\w*):/gm)].map(([, key]) => key);
    const wanted = new RegExp(`"(${keys.join("|")})"|(?<=^  )(${keys.join("|")})(?=: ["{])`, "gm");
    const short = (/** @type {string} */ found) => {
      const key = `_${keys.indexOf(found.replaceAll('"', "")).toString(36)}`;
      return found.startsWith('"') ? `"${key}"` : key;
    };
    builder.onLoad({ filter: /src.*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(wanted, short),
    }));
  },
};

/**
 * @param {Script} script
 * @returns {Promise<Uint8Array>} the bundle
 */
async function bundle({ source, format, isSmall }) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    bundle: true,
    charset: "utf8",
    format,
    legalComments: "none",
    minify: true,
    ...(isSmall ? { mangleProps: OWN_NAMES, reserveProps: NOT_OWN } : {}),
    plugins: isSmall ? [styleText, shortKeys] : [],
    target: "es2022",
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild wrote nothing");
  return isSmall ? Buffer.from(await smaller(file.text)) : file.contents;
}

/**
 * The same script once more through terser, which inlines what esbuild leaves: nearly 200 bytes brotli. `unsafe` holds as
 * nobody replaces what the language brings along.
 * @param {string} code
 */
async function smaller(code) {
  const compress = { ecma: ECMA, passes: 3, inline: 1, keep_fargs: false, unsafe_arrows: true, unsafe: true, hoist_funs: true };
  const { code: smaller } = await minify(code, { ecma: ECMA, compress, toplevel: true });
  if (!smaller) throw new Error("terser wrote nothing");
  return smaller;
}

for (const script of SCRIPTS) {
  const committed = new URL(script.name, STATIC);
  const built = await bundle(script);
  const brotli = brotliCompressSync(built, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  console.log(`${script.name}: ${built.length} bytes, ${brotli} brotli`);
  if (brotli > script.budgetBytes) throw new Error(`over the budget of ${script.budgetBytes} bytes brotli`);
  if (!process.argv.includes("--verify")) {
    await writeFile(committed, built);
  } else if (!(await readFile(committed)).equals(built)) {
    throw new Error(`commentsvc/web/static/${script.name} is not what the source builds: run npm run build`);
  }
}
