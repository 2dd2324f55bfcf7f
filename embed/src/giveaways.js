/**
 * What a writer may not have meant to tell everybody: their own address, a phone number. Looked for on their device,
 * before anything is sent. `commentsvc/domain/giveaways.py` is the same for the form that has no script; one table of
 * cases (`tests/domain/giveaways.json`) holds both.
 */

/** Digits with separators between. */
const NUMBER = /(?<![\w#=/-])(?<!\d[.,])\+?\(?\d(?:(?: \/ |[ ./()-]{0,2})\d){6,}(?![\w:%]|[.,]\d)/g;
/** Dates, from year to year, decimals, amounts, IPs and versions, long runs and round sums, ISBNs, cards, scores. */
const NO_PHONE =
  /^(?:\d\d?([./-])\d\d?\1\d{2,4}|\d{4}([./-])\d\d?\2\d\d?|[12]\d{3}\D[12]\d{3}|\d+\.\d+|[1-9]\d{0,2}(?:\.\d{1,3})+|[1-9]\d?(?: \d{3})+|[1-9]\d\d(?: \d{3})* 000|[1-9](?:\d{6,8}|\d{11,}|\d*0{5})|97[89][\d-]{10,}|\d-\d+-\d+-\d|(?:\D*\d){16,}|[1-9]\d?(?:[ -]\d\d?)+)$/;
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
 * @returns {boolean} whether something in them looks like a phone number, of 7 to 15 digits
 */
export const hasPhone = (words) => (plain(words).match(NUMBER) ?? []).some((found) => !NO_PHONE.test(found));
