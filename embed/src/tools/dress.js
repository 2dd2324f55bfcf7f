/** The style of what is added to a thread once its readers act. */

import css from "./styles.css";

const styles = new CSSStyleSheet();
styles.replaceSync(css);

/** @param {Node} thread stands in a shadow root */
export function dress(thread) {
  const root = /** @type {ShadowRoot} */ (thread.getRootNode());
  if (!root.adoptedStyleSheets.includes(styles)) root.adoptedStyleSheets.push(styles);
}
