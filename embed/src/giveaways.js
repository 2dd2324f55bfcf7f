/**
 * What a writer may not have meant to tell everybody: their own address, a phone number. Looked for on their device,
 * before anything is sent. `commentsvc/domain/giveaways.py` is the same for the form that has no script; one table of
 * cases (`tests/domain/giveaways.json`) holds both.
 */

/** Digits with separators between. */
const NUMBER = /(?<![\w#=/-])(?<!\d[.,])\+?\(?\d(?:(?: \/ |[ ./()-]{0,2})\d){6,14}(?![\w:%]|[.,]\d)/g;
/** International; with a trunk 0 (no date, decimal or ISBN); spelled as numbers without one are, and not round. */
const PHONE =
  /^(?:\+|\(|00|0(?!\D|\d?\D\d\d?\D\d{2,4}$)|(?:(?!\d+0{5})(?:1\W?)?\d{3}\W?\d{3}\W?\d{4}|\d{3}\W\d{4}(?:\W\d{4})?|\d{3} \d{3} (?!000)\d{3}|\d{4} \d{4})$)/;
const ENCODED = /%([0-9a-f]{2})|&#(?:x([0-9a-f]{1,4})|(\d{1,5}));/gi;

/**
 * @param {string} words
 * @returns {string} as a reader takes them: no disguises by encoding, width, invisible characters or digits of another script
 */
function plain(words) {
  return words
    .replace(ENCODED, (_, percent, hex, decimal) => String.fromCharCode(decimal ?? Number(`0x${percent ?? hex}`)))
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/[‐-―]/g, "-")
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .toLowerCase();
}

/**
 * @param {string} words
 * @returns {string} with every spelling of "@" and of a dot as one, and one space for all else between letters and digits
 */
const spelled = (words) =>
  plain(words)
    .replace(/[^a-z0-9@.\u0080-\uffff]+/g, " ")
    .replace(/ ?(?:(@|(?:comm)?at)|\.|dot|period) ?/g, (_, at) => (at ? "@" : "."));

/**
 * @param {string} words
 * @param {string} email
 * @returns {boolean} whether the address is there in full, however it is spelled
 */
export const hasAddress = (words, email) =>
  /.@./.test(email) &&
  new RegExp(`(?<![a-z0-9])${spelled(email.trim()).replaceAll(".", "\\.")}(?![a-z0-9])`).test(spelled(words));

/**
 * @param {string} words
 * @returns {boolean | undefined} whether something in them looks like a phone number, of 7 to 15 digits
 */
export const hasPhone = (words) => plain(words).match(NUMBER)?.some((found) => PHONE.test(found));
