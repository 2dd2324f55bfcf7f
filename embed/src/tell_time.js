/** Times as readers say them. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long ago something was; after 30 days its date.
 * @param {Date} then
 * @param {Date} now a `then` in the future counts as now: clocks differ
 * @param {string} lang BCP 47
 * @returns {string | null} null for less than a minute, which has its own words
 */
export function timeAgo(then, now, lang) {
  const seconds = Math.max(0, (now.getTime() - then.getTime()) / 1000);
  if (seconds < MINUTE) return null;
  if (seconds >= 30 * DAY) return then.toLocaleDateString(lang, { dateStyle: "long" });
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  if (seconds < HOUR) return relative.format(-Math.floor(seconds / MINUTE), "minute");
  if (seconds < DAY) return relative.format(-Math.floor(seconds / HOUR), "hour");
  return relative.format(-Math.floor(seconds / DAY), "day");
}

/**
 * A time in full, to the minute, in the reader's own time zone.
 * @param {Date} then
 * @param {string} lang BCP 47
 */
export function exactTime(then, lang) {
  return then.toLocaleString(lang, { dateStyle: "long", timeStyle: "short" });
}
