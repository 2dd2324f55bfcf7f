/** What the page's author set, on the element or on the script tag, checked. */

/** @import { Place } from "./types.js" */

export const SETTINGS = /** @type {const} */ ([
  "site",
  "url",
  "thread-id",
  "sort",
  "lang",
  "theme",
  "heading-level",
  "storage",
  "label",
]);

/** Orders that a reader may choose from. */
export const SORTS = /** @type {const} */ (["oldest", "newest", "top"]);

/** @typedef {(typeof SETTINGS)[number]} SettingName */
/** @typedef {(name: SettingName) => string | null} Raw */

/** @param {Raw} raw @returns {Place["sort"]} null leaves the order to the service */
export function sortOf(raw) {
  return SORTS.find((sort) => sort === raw("sort")) ?? null;
}

/** @param {Raw} raw @returns {number} of the thread's heading, 1 to 5, so that one level is left for the form's; else 2 */
export function headingLevelOf(raw) {
  const level = raw("heading-level") ?? "";
  return /^[1-5]$/.test(level) ? Number(level) : 2;
}

/** @param {Raw} raw @returns {boolean} whether the device may keep drafts and receipts */
export const mayStore = (raw) => raw("storage") !== "off";

/**
 * The article's address: as set, else its canonical link, else where the reader is. The service checks it.
 * @param {Raw} raw
 * @param {{ canonical: string | null, location: string }} page both absolute
 * @returns {string} absolute, without fragment; where the reader is, if what was set is no address at all
 */
export function urlOf(raw, { canonical, location }) {
  try {
    return new URL(raw("url") ?? canonical ?? location, location).href.replace(/#.*/s, "");
  } catch {
    return location;
  }
}
