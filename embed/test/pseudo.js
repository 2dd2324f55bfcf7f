/** A made-up language, so that a word that is not in the catalogue stands out: bracketed, accented, 40 % longer. */

import en from "../languages/en.json" with { type: "json" };

/** @param {string} words still with their placeholders */
function pseudo(words) {
  const accented = words.replace(/\{\w+\}|[aeioun]/g, (found) => (found.length > 1 ? found : `${found}\u0301`));
  return `⟦${accented}${"·".repeat(Math.ceil(words.length * 0.4))}⟧`;
}

/** @param {any} message @returns {any} */
const translate = (message) =>
  typeof message === "string"
    ? pseudo(message)
    : Object.fromEntries(Object.entries(message).map(([form, words]) => [form, pseudo(words)]));

/** @type {import("../src/messages.js").Catalogue} */
export const PSEUDO = /** @type {any} */ ({
  ...Object.fromEntries(Object.entries(en).map(([key, message]) => [key, translate(message)])),
  languageTag: "en",
  textDirection: "ltr",
});
