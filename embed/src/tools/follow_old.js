/** Links to comments that were written under another program, before they were imported here: `#isso-12`. */

import { call, serviceUrl } from "../ask_service.js";
import { textIn } from "../wire.js";

/** @import { Conversation } from "../conversation.js" */

/** Anchors of the programs that comments can be imported from. */
const OLD = /^#((?:isso|comment|atk-comment)-\d+|(?:commento|comentario|remark42__comment)-[\w-]+)$/;

/**
 * Put our own anchor in the place of an old one, so that it is followed like any other.
 * @param {Conversation} at
 * @param {AbortSignal} signal
 */
export async function followOld({ setting }, signal) {
  const { base, site, url, threadId } = setting.place;
  const anchor = OLD.exec(location.hash)?.[1];
  if (!anchor) return;
  const found = textIn(await call(serviceUrl(base, "/api/v1/anchors", { site, url, id: threadId, anchor }), { signal }), "comment");
  if (found) history.replaceState(history.state, "", `#comment-${found}`);
}
