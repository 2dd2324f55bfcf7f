/**
 * What readers need only once they act is a script of its own, loaded then. Its address and its hash stand in this one:
 * whoever trusts the hash of this one can trust that one, too. Trusted Types allow no script element to get an address, but an
 * import of what was preloaded.
 *
 * WebKit takes no notice of a preload's hash, but of a fetch's: so it is fetched first, and the rest comes from the cache.
 */

import { element } from "./dom.js";
import { ADDRESS, INTEGRITY } from "./tools_address.js";

/** @typedef {typeof import("./tools/index.js")["default"]} Tools */

/** @type {Promise<Tools> | null} */
let asked = null;

/**
 * @param {string} base
 * @returns {Promise<Tools>} fails if it could not be loaded; the next call tries again
 */
export function askTools(base) {
  asked ??= load(base + ADDRESS).catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** @param {string} href @returns {Promise<Tools>} */
async function load(href) {
  await fetch(href, { integrity: INTEGRITY });
  const link = element("link", { rel: "modulepreload", crossorigin: "", integrity: INTEGRITY, href });
  try {
    await new Promise((loaded, failed) => {
      link.onload = loaded;
      link.onerror = failed;
      document.head.append(link);
    });
  } finally {
    link.remove();
  }
  return (await import(href)).default;
}
