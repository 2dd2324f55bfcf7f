/**
 * What goes over the wire, after `wire.js` has checked it.
 *
 * @typedef {string | TreeElement} TreeNode  a string is text
 * @typedef {unknown[]} TreeElement  tag, then perhaps an object of attributes, then children
 *
 * @typedef {"pending" | "approved" | "rejected" | "spam" | "deleted"} Status
 *
 * @typedef {object} Comment
 * @property {string} id
 * @property {string | null} parent  id of the comment replied to; null for a root
 * @property {string} name  empty on a tombstone
 * @property {string | null} website
 * @property {string | null} badge
 * @property {string | null} key  of the writer in this thread, for an avatar
 * @property {unknown[]} body  tree, see TreeNode
 * @property {string} createdAt  RFC 3339
 * @property {string | null} editedAt  RFC 3339
 * @property {boolean} isEditedByModerator
 * @property {boolean} isPinned  stands first among the roots
 * @property {number} likes
 * @property {number} replies  on a root: published replies in its whole branch
 * @property {boolean} isTombstone
 * @property {Status | null} status  only where it is one's own
 * @property {string | null} message  from a moderator, only where it is one's own
 * @property {string | null} appeal  "possible", "waiting" or "answered", only where it is one's own
 * @property {string | null} source  what its writer typed, only where it is one's own
 * @property {string | null} mayEditUntil  RFC 3339, only where it is one's own
 * @property {string | null} url  of the article, only where it is one's own
 * @property {boolean} [isToConfirm]  just posted here, with a wish for mail
 *
 * @typedef {object} Limits  characters are Unicode code points
 * @property {number} name
 * @property {number} body
 * @property {number} website
 * @property {number} email
 *
 * @typedef {object} Policy
 * @property {boolean} isEmailRequired
 * @property {boolean} mayNotify  whether this installation sends mail to readers
 * @property {Limits} limits
 *
 * @typedef {object} ThreadPage
 * @property {boolean} isOpen
 * @property {number} count  approved comments of the whole thread
 * @property {Policy} policy
 * @property {Comment[]} comments  roots with their first replies, a parent before its replies
 * @property {string | null} next  cursor
 *
 * @typedef {object} ReplyPage
 * @property {Comment[]} comments
 * @property {string | null} next  cursor
 *
 * @typedef {object} Place  what the embed shows, and where it gets it from
 * @property {string} base  origin of the service
 * @property {string} site
 * @property {string} url
 * @property {string | null} threadId
 * @property {Sort | null} sort  null leaves the order to the service
 *
 * @typedef {"oldest" | "newest" | "top"} Sort
 *
 * @typedef {"name" | "email" | "website" | "body"} FieldName
 * @typedef {Record<FieldName, string>} Fields  what the reader typed
 * @typedef {Omit<Fields, "body">} Writer  who is writing: shared by all forms, in memory only
 */

export {};
