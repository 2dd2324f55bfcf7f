/** Times as readers say them. */

/** In seconds, the longest first. */
const UNITS = /** @type {const} */ ([["day", 86_400], ["hour", 3600], ["minute", 60]]);
const SECONDS_TOLD_AS_AGO = 30 * 86_400;
/** By language: to make one costs more than to use it a hundred times. @type {Record<string, Intl.RelativeTimeFormat>} */
const relative = {};
/** @type {Record<string, Intl.DateTimeFormat>} */
const exact = {};

/**
 * How long ago something was; after 30 days its date.
 * @param {Date} then
 * @param {Date} now a `then` in the future counts as now: clocks differ
 * @param {string} lang BCP 47
 * @returns {string | null} null for less than a minute, which has its own words
 */
export function timeAgo(then, now, lang) {
  const seconds = Math.max(0, (Number(now) - Number(then)) / 1000);
  if (seconds >= SECONDS_TOLD_AS_AGO) return then.toLocaleString(lang, { dateStyle: "long" });
  relative[lang] ??= new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? [];
  return unit ? relative[lang].format(-Math.floor(seconds / length), unit) : null;
}

/**
 * A time in full, to the minute, in the reader's own time zone.
 * @param {Date} then
 * @param {string} lang BCP 47
 */
export function exactTime(then, lang) {
  exact[lang] ??= new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" });
  return exact[lang].format(then);
}
