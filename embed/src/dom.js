/** Making of elements: `createElement`, `setAttribute` and text nodes, nothing that parses markup. */

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {"h1" | "h2" | "h3" | "h4" | "h5" | "h6"} HeadingTag */

/** @param {number} level 1 to 6 */
export const headingTag = (level) => /** @type {HeadingTag} */ (`h${level}`);

/**
 * An element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string | Record<string, string | boolean | null | undefined>} [attributes] true is an empty value, false and
 *   null none; a string is the part alone
 * @param {...Child} children strings become text nodes
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(typeof attributes === "string" ? { part: attributes } : attributes)) {
    if (value || value === "") made.setAttribute(name, String(value));
  }
  fill(made, ...children);
  return made;
}

/**
 * Give a node these children and no others.
 * @param {ParentNode} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
}

/**
 * Make a list hold exactly these nodes in this order, moving only what is out of place, so that focus and
 * what is being typed stay where they are.
 * @param {ParentNode & Node} parent
 * @param {Node[]} wanted
 */
export function arrangeChildren(parent, wanted) {
  const keep = new Set(wanted);
  for (const node of [...parent.childNodes]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, i) => {
    const there = parent.childNodes[i];
    if (there !== node) parent.insertBefore(node, there ?? null);
  });
}

/**
 * A button that does something.
 * @param {string | Record<string, string>} attributes
 * @param {string} label
 * @param {() => void} action
 */
export function button(attributes, label, action) {
  const made = element("button", attributes, label);
  made.type = "button";
  made.onclick = action;
  return made;
}
