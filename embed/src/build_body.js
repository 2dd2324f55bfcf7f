/**
 * A comment's body from its node tree, against an allow-list. What the list does not name loses its tag and
 * keeps its words, so a hole in the server's sanitiser is still no hole in the article.
 */

import { element } from "./dom.js";

const TAGS = /** @type {const} */ (["p", "br", "strong", "em", "b", "i", "del", "s", "code", "pre", "blockquote", "ul", "ol", "li"]);
/** @type {Set<string>} */
const ALLOWED = new Set(TAGS);
const DEEPEST = 60;
const LINK_RELATION = "ugc nofollow noopener noreferrer";

/**
 * An address that a link may lead to, as the browser itself reads it.
 * @param {unknown} raw
 * @returns {string | null} null for anything but an absolute address with an allowed scheme
 */
export function safeHref(raw) {
  if (typeof raw !== "string") return null;
  try {
    const { href } = new URL(raw);
    return /^(https?|mailto):/.test(href) ? href : null;
  } catch {
    return null;
  }
}

/**
 * A link to somewhere else that a reader wrote.
 * @param {string} href
 */
export function readersLink(href) {
  return element("a", { href, rel: LINK_RELATION });
}

/**
 * The nodes that a tree describes.
 * @param {unknown[]} tree strings are text, `["p", …children]` and `["a", {href}, …children]` elements
 * @returns {DocumentFragment}
 */
export function buildBody(tree) {
  const body = document.createDocumentFragment();
  for (const node of tree) appendNode(body, node, 0);
  return body;
}

/**
 * @param {ParentNode} parent
 * @param {unknown} node
 * @param {number} depth what is nested deeper than anybody writes is left out
 */
function appendNode(parent, node, depth) {
  if (typeof node === "string") parent.append(node);
  if (!Array.isArray(node) || depth > DEEPEST) return;
  const [tag, second, ...rest] = node;
  const hasAttributes = typeof second === "object" && second !== null && !Array.isArray(second);
  const children = hasAttributes || node.length < 2 ? rest : [second, ...rest];
  const made = elementFor(tag, hasAttributes ? second : {});
  if (made) parent.append(made);
  for (const child of children) appendNode(made ?? parent, child, depth + 1);
}

/**
 * @param {unknown} tag
 * @param {object} attributes
 * @returns {HTMLElement | null} null if the tag, or a link's target, is not allowed
 */
function elementFor(tag, attributes) {
  if (tag === "a") {
    const href = Object.hasOwn(attributes, "href") ? safeHref(Reflect.get(attributes, "href")) : null;
    return href === null ? null : readersLink(href);
  }
  return typeof tag === "string" && ALLOWED.has(tag) ? document.createElement(tag) : null;
}
