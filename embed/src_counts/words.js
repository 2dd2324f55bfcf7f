/** Words and times in the reader's language, from the embed's catalogues. */

import { languageFor } from "../src/messages.js";
import { ask } from "./ask.js";

/** @import { Catalogue } from "../src/messages.js" */

/** All that is said here, so that the script need not hold the rest. */
export const ENGLISH = /** @type {Catalogue} */ (
  /** @type {unknown} */ ({ ["languageTag"]: "en", ["commentCount"]: { one: "{n} comment", other: "{n} comments" } })
);

/** By language, asked for once in a page's life. @type {Record<string, Promise<Catalogue>>} */
const catalogues = {};

/** @param {HTMLElement} element @returns {string} BCP 47 */
export const languageTagOf = (element) => element.closest("[lang]")?.getAttribute("lang") || navigator.language;

/** @param {HTMLElement} element @returns {Promise<Catalogue>} English if there is no other */
export async function catalogueOf(element) {
  const language = languageFor(languageTagOf(element));
  if (!language) return ENGLISH;
  catalogues[language] ??= ask(`/languages/${language}.json`).then((words) => words ?? ENGLISH);
  return catalogues[language];
}

/** @param {number} n @param {Catalogue} catalogue */
export function tellCount(n, catalogue) {
  const lang = catalogue["languageTag"];
  const forms = /** @type {Record<string, string> & { other: string }} */ (catalogue["commentCount"]);
  return (forms[new Intl.PluralRules(lang).select(n)] ?? forms.other).replace("{n}", n.toLocaleString(lang));
}
