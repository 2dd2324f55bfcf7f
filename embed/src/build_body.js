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
/** A letter or number right beside what is cut out: then it is no name, or only the beginning of one. */
const PART_OF_WORD = /[\p{L}\p{N}]\0|\0[\p{L}\p{N}]/u;
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
 * @param {string} [mention] `@name` of whom the comment answers; leads to what they wrote
 * @param {string} [href] where that is
 * @returns {DocumentFragment}
 */
export function buildBody(tree, mention, href) {
  const body = document.createDocumentFragment();
  for (const node of tree) appendNode(body, node, 0, mention, href);
  return body;
}

/**
 * @param {ParentNode} parent
 * @param {unknown} node
 * @param {number} depth what is nested deeper than anybody writes is left out
 * @param {string} [mention] what becomes a link
 * @param {string} [href]
 */
function appendNode(parent, node, depth, mention, href) {
  if (typeof node === "string") {
    const [before, ...others] = node.split(/** @type {string} */ (mention));
    const after = others.join(mention);
    const isWhole = others.length && !PART_OF_WORD.test(`${before}\0${after}`);
    parent.append(...(isWhole ? [/** @type {string} */ (before), element("a", { href }, mention), after] : [node]));
  }
  if (!Array.isArray(node) || depth > DEEPEST) return;
  // Attributes are no text and no element, so that they draw nothing where they stand among the children.
  const [tag, ...children] = node;
  const made = elementFor(tag, children[0]);
  if (made) parent.append(made);
  for (const child of children) appendNode(made ?? parent, child, depth + 1, /^(a|code)$/.test(tag) ? undefined : mention, href);
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
