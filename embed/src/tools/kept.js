/** What is looked up and changed among the things on the reader's device only once they act. */

/** @import { Keep, Receipt } from "../keep.js" */

/** @typedef {Receipt & { place: string }} OwnReceipt with the name it is kept under */

/**
 * All receipts of the site that are on this device, whatever their article.
 * @param {Keep} keep
 * @returns {OwnReceipt[]}
 */
export function allReceipts(keep) {
  const ofSite = keep.receiptsName.split(":").slice(0, 3).join(":");
  const names = new Set([...(keep.isOn ? namesOnDevice() : []), keep.receiptsName]);
  const places = [...names].filter((name) => name.startsWith(`${ofSite}:`));
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
