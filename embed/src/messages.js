/**
 * Every word the embed says. A catalogue is plain data, so that another language is another object;
 * `{name}` is filled in, and a message with plural forms is an object keyed by `Intl.PluralRules` category.
 */

/** @typedef {string | { other: string, zero?: string, one?: string, two?: string, few?: string, many?: string }} Message */

/** @satisfies {Record<string, Message>} */
const en = {
  lang: "en",
  dir: "ltr",
  comments: { one: "{n} comment", other: "{n} comments" },
  firstToComment: "Be the first to comment",
  heading: "Comments",
  loading: "Loading comments…",
  loadFailed: "Comments could not be loaded.",
  tryAgain: "Try again",
  ownPage: "Read the comments on their own page",
  loadMore: "Load more comments",
  moreReplies: "Show more replies ({n})",
  moreFailed: "More comments could not be loaded.",
  moreLoaded: "More comments loaded: {n}",
  closed: "Comments are closed.",
  removed: "This comment was removed.",
  commentBy: "Comment by {name}",
  inReplyTo: "in reply to {name}",
  edited: "edited",
  editedByModerator: "edited by a moderator",
  pinned: "pinned",
  justNow: "just now",
  reply: "Reply",
  replyTo: "Reply to {name}",
  leaveReply: "Leave a Reply",
  cancelReply: "Cancel reply",
  note: "Your email address will not be published. Required fields are marked *",
  body: "Comment",
  name: "Name",
  email: "Email",
  website: "Website",
  notify: "Email me",
  notifyNone: "no replies",
  notifyReplies: "replies to my comment",
  notifyThread: "all comments",
  notifyDecision: "Email me what becomes of mine",
  notifyNeeds: "Email required.",
  toConfirm: "Please confirm by the email we have sent you.",
  givesAddress: "Your email address is in here. Everyone could read it.",
  givesPhone: "A phone number seems to be in here. Everyone could read it.",
  change: "Change it",
  anyway: "Post anyway",
  post: "Post Comment",
  posting: "Posting…",
  awaiting: "Your comment is awaiting moderation.",
  posted: "Your comment has been posted.",
  notApproved: "Your comment was not approved.",
  dismiss: "Dismiss",
  appeal: "Ask for a second look",
  appealed: "A moderator will look again.",
  missing: "Please fill in this field.",
  tooLong: "This is too long. Characters to cut: {n}",
  failed: "It could not be sent. Your words are kept, please try again.",
  tryIn: { one: "Try again in {n} second.", other: "Try again in {n} seconds." },
};

/** @typedef {{ [K in keyof typeof en]: (typeof en)[K] extends string ? string : Message }} Catalogue */
/** @typedef {keyof typeof en} MessageKey */

/** @type {Catalogue[]} each in a language of its own */
const CATALOGUES = [en];

/**
 * The catalogue for a language tag; English where there is none.
 * @param {string} tag BCP 47, perhaps empty or malformed
 * @returns {Catalogue}
 */
export function catalogueFor(tag) {
  return CATALOGUES.find(({ lang }) => lang === tag.toLowerCase().split("-")[0]) ?? en;
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
  const message = catalogue[key];
  if (typeof message === "string") return message;
  return message[new Intl.PluralRules(catalogue.lang).select(n)] ?? message.other;
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
  const split = template(catalogue, key, Number(values["n"] ?? 0)).split(/\{(\w+)\}/);
  return split.map((piece, i) => (i % 2 ? (values[piece] ?? "") : piece)).filter((piece) => piece !== "");
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
    .map((piece) => piece.toLocaleString(catalogue.lang))
    .join("");
}
