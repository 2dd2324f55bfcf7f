/** As few calls as the service takes. */

/** Addresses in a call, and characters of its query, so that caches on the way keep the answer. */
export const MOST = { addresses: 100, characters: 3_900 };

/**
 * @param {{ site: string, address: string }[]} wanted in any order, with repetitions
 * @returns {string[]} queries; the same for the same set of articles, whatever their order on the page
 */
export function groupRequests(wanted) {
  /** @type {Record<string, Set<string>>} */
  const bySite = {};
  for (const { site, address } of wanted) (bySite[site] ??= new Set()).add(address);
  return Object.entries(bySite).flatMap(([site, addresses]) => queries(site, [...addresses].sort()));
}

/** @param {string} site @param {string[]} addresses @returns {string[]} */
function queries(site, addresses) {
  const start = String(new URLSearchParams({ site }));
  /** @type {string[]} */
  const found = [];
  let [query, count] = [start, 0];
  for (const url of addresses) {
    const next = `&${new URLSearchParams({ url })}`;
    if (count === MOST.addresses || (count && query.length + next.length > MOST.characters)) {
      found.push(query);
      [query, count] = [start, 0];
    }
    query += next;
    count++;
  }
  return [...found, query];
}
