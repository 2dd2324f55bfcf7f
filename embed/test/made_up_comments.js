/** Comments for the development server and the tests, one thread for each state to look at. */

/**
 * @typedef {object} WireComment
 * @property {string} id
 * @property {string | null} parent
 * @property {{ name: string, website: string | null, key: string, badge: string | null } | null} author
 * @property {unknown[]} body
 * @property {string} created_at
 * @property {string | null} edited_at
 * @property {number} likes
 * @property {number} replies
 * @property {boolean} tombstone
 * @property {string} [status]
 */

const STOCK = (
  "the lamp was lit at dusk and somebody sat with it until morning because the harbour had asked for nothing else " +
  "and in winter the stairs froze so they carried oil by hand while gulls slept on the rail below the gallery"
).split(" ");
const NAMES = ["Ada Quill", "Tomasz Wiśniewski", "María-José", "نازنین", "李雷", "R. Okonkwo", "Bea", "Søren"];
const MINUTE = 60_000;

/** @param {number} count */
export function words(count) {
  const all = Array.from({ length: count }, (_, i) => STOCK[(i * 7 + count) % STOCK.length]).join(" ");
  return `${all.charAt(0).toUpperCase()}${all.slice(1)}.`;
}

/**
 * @param {string} id
 * @param {string | null} parent
 * @param {Partial<WireComment> & { n?: number }} [more]
 * @returns {WireComment}
 */
export function comment(id, parent = null, { n = 0, ...more } = {}) {
  return {
    id,
    parent,
    author: { name: NAMES[n % NAMES.length] ?? "", website: n % 3 === 1 ? "https://example.org/" : null, key: `k${n}`, badge: null },
    body: [["p", words(12 + ((n * 11) % 50))]],
    created_at: new Date(Date.now() - (n * n + 3) * 17 * MINUTE).toISOString(),
    edited_at: null,
    likes: 0,
    replies: 0,
    tombstone: false,
    ...more,
  };
}

const RICH = [
  ["p", "I worked the ", ["em", "northern"], " light for ", ["strong", "two winters"], ". What this leaves out is the ",
    ["a", { href: "https://example.org/oil" }, "price of oil"], ", which ", ["code", "rose 12 %"], " that year."],
  ["blockquote", ["p", "The stairs froze, so they carried it by hand."]],
  ["ul", ["li", "forty steps to the gallery"], ["li", "one bell, rung in fog"]],
  ["pre", ["code", "lamp.light(at=dusk)\nlamp.trim(every=4)  # hours, and a line that is much longer than a telephone is wide"]],
];

/** @returns {WireComment[]} */
function three() {
  return [
    comment("three-a", null, { n: 2, body: RICH, replies: 1 }),
    comment("three-b", "three-a", { n: 1, author: { name: "Tomasz Wiśniewski", website: "https://example.org/", key: "k", badge: "Author" } }),
    comment("three-c", null, { n: 3, edited_at: "2026-01-01T00:00:00Z" }),
    comment("three-x", null, { n: 4, tombstone: true, author: null, body: [], replies: 1 }),
    comment("three-y", "three-x", { n: 5 }),
  ];
}

/** @returns {WireComment[]} */
function deep() {
  const chain = Array.from({ length: 60 }, (_, i) => comment(`deep-${i}`, i ? `deep-${i - 1}` : null, { n: i }));
  if (chain[0]) chain[0].replies = 59;
  return [...chain, comment("deep-sib", "deep-2", { n: 3 }), comment("deep-last", null, { n: 1 })];
}

/** @returns {WireComment[]} */
function long() {
  return Array.from({ length: 34 }, (_, i) => {
    const replies = i === 1 ? 12 : 0;
    const under = Array.from({ length: replies }, (_each, j) => comment(`long-${i}-${j}`, `long-${i}`, { n: j }));
    return [comment(`long-${i}`, null, { n: i, replies }), ...under];
  }).flat();
}

/** @returns {WireComment[]} */
function hostile() {
  const zalgo = `z${"\u0301\u0350\u0316".repeat(170)}algo`;
  const canary = '"><img src=x onerror=XSSHIT(1)>';
  const author = (/** @type {string} */ name, /** @type {string | null} */ website = null) => ({ name, website, key: canary, badge: canary });
  return [
    comment("hostile-word", null, { author: author(canary, "javascript:XSSHIT(2)"), body: [["p", "W".repeat(10_000)]] }),
    comment("hostile-zalgo", null, { author: author(zalgo), body: [["p", zalgo], ["p", "\u202eoverride and \u2066isolate"]] }),
    comment("hostile-rtl", null, { author: author("\u202eevil"), body: [["p", "نمونه متن فارسی با English"]] }),
    comment("hostile-tree", null, {
      body: [
        ["script", "XSSHIT(3)"], ["p", { onclick: "XSSHIT(4)", id: "comments", style: "position:fixed;inset:0" }, "plain"],
        ["a", { href: "javascript:`1337`" }, "one"], ["a", { href: "//evil.example/" }, "two"], ["a", { href: " JaVaScRiPt:XSSHIT(5)" }, "three"],
        ["img", { src: "https://evil.example/x.png", onerror: "XSSHIT(6)" }], ["svg", ["style", "*{display:none}"]], ["__proto__", "four"],
        ["iframe", { srcdoc: "<script>XSSHIT(7)</script>" }], ["a", { href: "mailto:a@example.org" }, "mail"], [["p"], "five"], null, 7, { a: 1 },
        ...[Array.from({ length: 400 }).reduce((/** @type {unknown} */ inner) => ["blockquote", inner], "deep")],
      ],
    }),
    comment("hostile-url", null, { body: [["p", ["a", { href: `https://example.org/${"a".repeat(900)}` }, `https://example.org/${"a".repeat(900)}`]]] }),
    JSON.parse('{"id":"hostile-proto","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"author":{"__proto__":{"polluted":1},"name":"p"},"parent":null,"body":[["p","proto"]],"created_at":"nonsense"}'),
  ];
}

/**
 * @param {string} path
 * @returns {WireComment[]}
 */
export function commentsFor(path) {
  const name = path.slice(1);
  if (name === "deep") return deep();
  if (name === "long") return long();
  if (name === "hostile") return hostile();
  if (name === "empty" || name === "broken" || name === "approved") return [];
  return three();
}
