/**
 * Every word the embed says. A catalogue is plain data, a file a language in `languages/`; English is in the script. `{name}`
 * is filled in, and a message with plural forms is an object keyed by `Intl.PluralRules` category.
 */

import en from "../languages/en.json" with { type: "json" };
import { call } from "./ask_service.js";

/** @import { ServiceError } from "./ask_service.js" */

/** @typedef {string | { other: string, zero?: string, one?: string, two?: string, few?: string, many?: string }} Message */
/** @typedef {Record<Exclude<keyof typeof en, "refusals">, Message> & Record<"languageTag" | "textDirection", string> & { refusals: Record<string, string> }} Catalogue */
/** @typedef {Exclude<keyof typeof en, "refusals">} MessageKey */

/** Those besides English and Chinese in traditional script, as their files are named; each has two letters. */
export const LANGUAGES = /** @type {string[]} */ (
  "arbncsdadeelesfafifrhehihuiditjakakkkonbnlplptrorusvswthtrukurvizh".match(/../g)
);
/** Comments are not kept back any longer for the words around them. */
const PATIENCE_MILLISECONDS = 5000;

/** @type {Catalogue} */
export const ENGLISH = en;

/**
 * The catalogue for a language tag: whatever the region; all Norwegian is one, and Chinese two scripts.
 * @param {string} tag BCP 47, perhaps malformed
 * @returns {string} empty for English, and where there is no catalogue
 */
export function languageFor(tag) {
  if (/^zh-(hant|tw|hk|mo)/i.test(tag)) return "zh-Hant";
  const name = tag.toLowerCase().replace(/-.*/, "").replace(/^n[no]$/, "nb").replace("iw", "he");
  return LANGUAGES.includes(name) ? name : "";
}

/**
 * @param {string} base
 * @param {string} language
 * @returns {Promise<Catalogue>} English if it is not to be had
 */
export async function askCatalogue(base, language) {
  const words = language && (await call(`${base}/languages/${language}.json`, {}, PATIENCE_MILLISECONDS).catch(() => null));
  return /** @type {Catalogue} */ (words || ENGLISH);
}

/** Whether times and numbers are told. The first of them takes the browser as long as to draw a thread. */
export let isFluent = false;

/** From now on, whatever that takes. */
export function learnToTell() {
  isFluent = true;
  tellNumber(0, ENGLISH);
}

/**
 * A message with its plural form chosen.
 * @param {Catalogue} catalogue
 * @param {MessageKey} key
 * @param {number} n
 * @returns {string} still with its placeholders
 */
function template(catalogue, key, n) {
  /** @type {Message} */
  const message = catalogue[key] ?? ENGLISH[key];
  if (typeof message === "string") return message;
  return (isFluent && message[new Intl.PluralRules(catalogue["languageTag"]).select(n)]) || message.other;
}

/**
 * A message as pieces, so that a name can be put in as an element of its own.
 * @template T
 * @param {Catalogue} catalogue
 * @param {MessageKey} key
 * @param {Record<string, T>} values
 * @returns {(string | T)[]}
 */
export function pieces(catalogue, key, values) {
  const split = template(catalogue, key, Number(values["n"])).split(/\{(\w+)\}/);
  return split.map((piece, i) => (i % 2 ? (values[piece] ?? "") : piece));
}

/**
 * A message as a text; numbers are written as the language writes them.
 * @param {Catalogue} catalogue
 * @param {MessageKey} key
 * @param {{ n?: number, name?: string }} [values]
 * @returns {string}
 */
export function say(catalogue, key, values = {}) {
  return pieces(catalogue, key, values)
    .map((piece) => (typeof piece === "string" ? piece : tellNumber(piece, catalogue)))
    .join("");
}

/** By language: to make one costs more than to use it a hundred times. @type {Record<string, Intl.NumberFormat>} */
const numbers = {};

/** @param {number} n @param {Catalogue} catalogue */
export function tellNumber(n, catalogue) {
  if (!isFluent) return "";
  const lang = catalogue["languageTag"];
  numbers[lang] ??= new Intl.NumberFormat(lang);
  return numbers[lang].format(n);
}

/**
 * What went wrong, for the reader. English readers get the service's own sentences, and so do all of what a catalogue
 * does not know.
 * @param {Catalogue} catalogue
 * @param {Pick<ServiceError, "code" | "title">} error also what is wrong with a field, with its name for a code
 */
export const explain = (catalogue, { code, title }) =>
  catalogue["refusals"][code] ?? title ?? say(catalogue, "sendFailed");
