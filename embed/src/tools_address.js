/** Where the script for what readers do is found, and what it must be. The build puts both in; see build.js. */

export const ADDRESS = "";
export const INTEGRITY = "";
