/** What this script says is not among the words of the other. */

import { say } from "../messages.js";

/** @import { Conversation } from "../conversation.js" */
/** @import { MessageKey } from "../messages.js" */

/**
 * Tell those who cannot see it what changed.
 * @param {Conversation} at
 * @param {MessageKey} key
 */
export const tell = (at, key) => at.view.say(say(at.words, key));
