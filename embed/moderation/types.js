/**
 * Shapes of what the moderators' script and the service tell each other.
 *
 * @typedef {"approve" | "reject" | "mark_spam" | "delete" | "restore"} Decision
 * @typedef {"pending" | "approved" | "rejected" | "spam" | "deleted"} Status
 * @typedef {Partial<Record<Status, number>>} Counts how many stand in each list, counted no further than the page says
 * @typedef {Record<string, string>} Fields of a form
 *
 * @typedef {object} Decided what somebody else did first
 * @property {Status} status
 * @property {string | null} [decision] a moderator's verb; none: the comment just stands there
 * @property {string | null} [moderator] display name; null: the site's policy
 *
 * @typedef {object} Problem an answer that refuses (RFC 9457)
 * @property {string} [code]
 * @property {string} [detail] a sentence to show
 * @property {Decided} [decided]
 *
 * @typedef {{ kind: "done", answer: Record<string, unknown> }} Done
 * @typedef {{ kind: "refused", status: number, problem: Problem }} Refused
 * @typedef {{ kind: "signed_out" } | { kind: "unreachable" }} Trouble the same may be sent again later
 * @typedef {Done | Refused | Trouble} Outcome
 */

export {};
