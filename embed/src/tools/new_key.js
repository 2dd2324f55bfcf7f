/** @returns {string} 128 random bits; `crypto.randomUUID` would need a secure page */
export const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
