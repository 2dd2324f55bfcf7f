/** What is known of a thread, and how its comments hang together. No drawing here. */

/** @import { Comment, ReplyPage, Status, ThreadPage } from "./types.js" */

/** Comments this deep are still lists within lists; what is deeper stands in the last list, one after another. */
export const DEEPEST_LIST = 4;

/**
 * @typedef {object} Row one comment, where it stands
 * @property {Comment} comment
 * @property {Comment | null} parent null if there is none, or it is not loaded
 * @property {number} depth 0 for a root
 * @property {string | null} list id of the comment in whose list it stands; null for the outermost
 * @property {number} more on a root: replies that can still be loaded
 */

export class Thread {
  /** As the service lists them. @type {Map<string, Comment>} */
  #published = new Map();
  /** One's own, of any status. @type {Map<string, Comment>} */
  #own = new Map();
  /** Root of each comment that a page listed. @type {Map<string, string>} */
  #roots = new Map();
  /** Last reply listed, or cursor, by root. @type {Map<string, string | null>} */
  #replyCursors = new Map();
  /** Roots with nothing more to load. @type {Set<string>} */
  #complete = new Set();
  #isNewestFirst;

  /**
   * @param {ThreadPage} page the first one
   * @param {boolean} isNewestFirst
   */
  constructor(page, isNewestFirst) {
    this.isOpen = page.isOpen;
    this.count = page.count;
    this.policy = page.policy;
    this.next = page.next;
    this.#isNewestFirst = isNewestFirst;
    this.addPage(page);
  }

  /** @param {ThreadPage} page the next one */
  addPage(page) {
    this.next = page.next;
    for (const comment of page.comments) {
      this.#published.set(comment.id, comment);
      const root = this.#roots.get(comment.parent ?? "");
      this.#roots.set(comment.id, root ?? comment.id);
      if (root !== undefined) this.#replyCursors.set(root, comment.id);
    }
  }

  /**
   * @param {string} root
   * @param {ReplyPage} page
   */
  addReplies(root, page) {
    for (const comment of page.comments) this.#published.set(comment.id, comment);
    this.#replyCursors.set(root, page.next ?? page.comments.at(-1)?.id ?? null);
    if (page.next === null || page.comments.length === 0) this.#complete.add(root);
  }

  /** @param {Comment} comment */
  addOwn(comment) {
    this.#own.set(comment.id, comment);
  }

  /** @param {string} id */
  dropOwn(id) {
    this.#own.delete(id);
  }

  /**
   * What is known now of a comment that is shown; null: it is there no longer.
   * @param {string} id
   * @param {Partial<Comment> | null} now
   */
  change(id, now) {
    const known = this.#published.get(id);
    if (known) this.#published.set(id, { ...known, ...(now ?? { isTombstone: true }) });
  }

  /** @param {string} id */
  isPublished(id) {
    return this.#published.has(id);
  }

  /** @param {string} root @returns {string | null} where to go on */
  replyCursor(root) {
    return this.#replyCursors.get(root) ?? null;
  }

  /**
   * All loaded comments, each after the one it replies to. One's own that nobody else sees yet stand last among
   * their siblings. One's own approved comments are left to the page that lists them, if there is one to come.
   * @returns {Row[]}
   */
  rows() {
    const comments = new Map(this.#published);
    for (const own of this.#own.values()) {
      const published = comments.get(own.id);
      const isToCome = own.status === "approved" && own.parent === null && this.next !== null;
      if (published) comments.set(own.id, { ...own, badge: published.badge, likes: published.likes, replies: published.replies, isPinned: published.isPinned });
      else if (!isToCome) comments.set(own.id, own);
    }
    const children = this.#children(comments);
    const rows = walk(children);
    this.#countMore(rows);
    return rows;
  }

  /** @param {Map<string, Comment>} comments */
  #children(comments) {
    /** @type {Map<string | null, Comment[]>} */
    const children = new Map([[null, []]]);
    for (const comment of comments.values()) {
      const parent = comments.has(comment.parent ?? "") ? comment.parent : null;
      const siblings = children.get(parent) ?? [];
      const isOwnFirst = parent === null && this.#isNewestFirst && !this.isPublished(comment.id);
      if (isOwnFirst) siblings.unshift(comment);
      else siblings.push(comment);
      children.set(parent, siblings);
    }
    return children;
  }

  /** @param {Row[]} rows depth first */
  #countMore(rows) {
    /** @type {Row | undefined} */
    let root;
    for (const row of rows) {
      if (row.depth === 0) {
        root = row;
        root.more = this.#complete.has(row.comment.id) ? 0 : row.comment.replies;
      } else if (root && this.isPublished(row.comment.id) && !row.comment.isTombstone) {
        root.more = Math.max(0, root.more - 1);
      }
    }
  }
}

/**
 * Depth first and without recursion: a chain may be thousands long.
 * @param {Map<string | null, Comment[]>} children by parent
 * @returns {Row[]}
 */
function walk(children) {
  /** @type {Row[]} */
  const rows = [];
  const waiting = rowsUnder(null, children.get(null));
  for (let row = waiting.pop(); row; row = waiting.pop()) {
    rows.push(row);
    waiting.push(...rowsUnder(row, children.get(row.comment.id)));
  }
  return rows;
}

/**
 * @param {Row | null} above
 * @param {Comment[]} comments
 * @returns {Row[]} last one first, to be taken from the end
 */
function rowsUnder(above, comments = []) {
  const depth = above ? above.depth + 1 : 0;
  const list = above && depth > DEEPEST_LIST ? above.list : (above?.comment.id ?? null);
  return comments.map((comment) => ({ comment, parent: above?.comment ?? null, depth, list, more: 0 })).reverse();
}

/**
 * Whether a status means that the comment will not be shown to others.
 * @param {Status | null} status
 */
export const isRefused = (status) => status === "rejected" || status === "spam";
