/** What is looked up and changed among the things on the reader's device only once they act. */

import { text } from "../wire.js";

/** @import { Keep, Receipt } from "../keep.js" */

/** @typedef {Receipt & { place: string }} OwnReceipt with the name it is kept under */

const MOST_RECEIPTS = 100;

/** @param {Keep} keep @param {Receipt[]} receipts of the thread, oldest first */
export function saveReceipts(keep, receipts) {
  keep.write(keep.receiptsName, receipts.length ? receipts.slice(-MOST_RECEIPTS) : null);
}

/** @param {Keep} keep @param {"name" | "proof"} what is kept once for the whole site */
const ofSite = (keep, what) => `commentsvc:${what}:${keep.receiptsName.split(":")[2]}`;

/** @param {Keep} keep @param {string | null} name of the reader; null forgets it */
export function saveName(keep, name) {
  keep.write(ofSite(keep, "name"), name);
}

/**
 * A receipt of this reader's on the same site, approved if there is one: shows that the same author writes again.
 * @param {Keep} keep
 */
export const proofIn = (keep) => text(keep.read(ofSite(keep, "proof")));

/** @param {Keep} keep @param {string} receipt */
export function saveProof(keep, receipt) {
  keep.write(ofSite(keep, "proof"), receipt);
}

/**
 * All receipts of the site that are on this device, whatever their article.
 * @param {Keep} keep
 * @returns {OwnReceipt[]}
 */
export function allReceipts(keep) {
  const beginning = keep.receiptsName.split(":").slice(0, 3).join(":");
  const names = new Set([...(keep.isOn ? namesOnDevice() : []), keep.receiptsName]);
  const places = [...names].filter((name) => name.startsWith(`${beginning}:`));
  return places.flatMap((place) => keep.receiptsAt(place).map((each) => ({ ...each, place })));
}

/** @param {Keep} keep @param {OwnReceipt} receipt */
export function dropReceipt(keep, { place, id }) {
  const others = keep.receiptsAt(place).filter((each) => each.id !== id);
  keep.write(place, others.length ? others : null);
}

/**
 * @param {Keep} keep
 * @param {string} id of a comment
 * @param {string | null} reader the mark it was liked with; null takes it back
 */
export function saveLike(keep, id, reader) {
  const { [id]: _, ...others } = keep.likes();
  keep.write(keep.likesName, reader ? { ...others, [id]: reader } : others);
}

/** @returns {string[]} none where the device's storage may not be looked at */
function namesOnDevice() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}
