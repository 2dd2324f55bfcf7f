/** The moderators' script. Pages work without it; with it, a decision takes one key. */

import { markHeld } from "./claims.js";
import { Desk } from "./desk.js";
import { Live } from "./live.js";
import { listenForClicks, showHelpButton, showSelectAll } from "./mouse.js";
import { markKeys } from "./keys.js";
import { listenForKeys } from "./press.js";
import { carryOut } from "./run.js";

/** @import { Decided } from "./types.js" */

const EVENTS = "/moderation/events";

const list = document.querySelector("[data-desk]");
const desk = list instanceof HTMLElement ? new Desk(list) : null;
listenForKeys(desk);
showHelpButton();
if (desk) open(desk);
const run = document.querySelector("[data-run]");
if (run instanceof HTMLElement) carryOut(run);
markKeys();

/** @param {Desk} desk */
function open(desk) {
  listenForClicks(desk);
  showSelectAll(desk);
  addEventListener("online", () => desk.sending.tryAgain());
  addEventListener("beforeunload", (event) => desk.sending.isAtRisk && event.preventDefault());
  const { cursor } = desk.list.dataset;
  if (cursor !== undefined) new Live(EVENTS, cursor, (kind, told) => hear(desk, kind, told));
}

/**
 * @param {Desk} desk
 * @param {string} kind
 * @param {Record<string, unknown>} told
 */
function hear(desk, kind, told) {
  const id = String(told["id"] ?? "");
  if (kind === "counts") desk.showCounts(told);
  else if (kind === "claimed") markHeld(desk.deck, id, typeof told["moderator"] === "string" ? told["moderator"] : null);
  else if (kind === "decided") void desk.hearDecision(id, /** @type {Decided} */ (/** @type {unknown} */ (told)));
  else if (kind === "pending" && desk.more.isAtEnd) void desk.bring(id);
}
