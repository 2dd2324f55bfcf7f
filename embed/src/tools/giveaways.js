/**
 * What a writer may not have meant to tell everybody: their own address, a phone number. Looked for on their device,
 * before anything is sent. `commentsvc/domain/giveaways.py` is the same for the form that has no script; one table of
 * cases (`tests/domain/giveaways.json`) holds both.
 */

/** International; with a trunk 0 (no date, decimal or ISBN); spelled as numbers without one are, and not round. */
const PHONE =
  /(?<![\w#=/.,-])(?:(?:\+|\(|0(?!\D|\d?\D\d\d?\D\d{2,4}(?!\D?\d)))(?:[ ./()–-]{0,3}\d){7,15}|(?!\d+0{5})(?:1\W?)?\d{3}\W?\d{3}\W?\d{4}|\d{3} \d{3} (?!000)\d{3})(?![\w:]|\W\d)/;

/**
 * @param {string} words
 * @returns {string} as a reader takes them: no disguise by width or invisible characters
 */
const plain = (words) =>
  words
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .toLowerCase();

/**
 * @param {string} words
 * @returns {string} with every spelling of "@" and of a dot as one, and one space for all else between letters and digits
 */
const spelled = (words) =>
  plain(words)
    .replace(/[^a-z0-9@.\u0080-\uffff]+/g, " ")
    .replace(/ ?(?:(@|(?:comm)?at|x?40|64)|\.|dot|period|x?2e|46) ?/g, (_, at) => (at ? "@" : "."));

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
export const hasPhone = (words) => PHONE.test(plain(words));
