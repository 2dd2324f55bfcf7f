/**
 * A comment's body from its node tree, against an allow-list. What the list does not name loses its tag and
 * keeps its words, so a hole in the server's sanitiser is still no hole in the article.
 */

import { element } from "./dom.js";
import { field } from "./wire.js";

const TAGS = /** @type {const} */ (["p", "br", "strong", "em", "b", "i", "del", "s", "code", "pre", "blockquote", "ul", "ol", "li"]);
/** @type {Set<unknown>} */
const ALLOWED = new Set(TAGS);
const DEEPEST = 60;
const LINK_RELATION = "ugc nofollow noopener noreferrer";

/**
 * An address that a link may lead to, as the browser itself reads it.
 * @param {unknown} raw
 * @returns {string | null} null for anything but an absolute address with an allowed scheme
 */
export function safeHref(raw) {
  try {
    const { href } = new URL(String(raw));
    return /^(https?|mailto):/.test(href) ? href : null;
  } catch {
    return null;
  }
}

/**
 * A link to somewhere else that a reader wrote.
 * @param {string} href
 * @param {...Node} children
 */
export const readersLink = (href, ...children) => element("a", { href, rel: LINK_RELATION }, ...children);

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
  // Attributes are no text and no element, so that they draw nothing where they stand among the children.
  const [tag, ...children] = node;
  const made = elementFor(tag, children[0]);
  if (made) parent.append(made);
  for (const child of children) appendNode(made ?? parent, child, depth + 1);
}

/**
 * @param {unknown} tag
 * @param {unknown} attributes where an element has any
 * @returns {HTMLElement | null} null if the tag, or a link's target, is not allowed
 */
function elementFor(tag, attributes) {
  if (tag === "a") {
    const href = safeHref(field(attributes, "href"));
    return href ? readersLink(href) : null;
  }
  return ALLOWED.has(tag) ? document.createElement(String(tag)) : null;
}
