/** What readers do, loaded once they begin: writing aids, reactions, and care for comments of their own. */

import { dress } from "./dress.js";
import { equip } from "./equip.js";
import { appeal, dismiss, edit, loadOwn, remove } from "./own_comments.js";
import { takeAlong } from "./carry_receipts.js";
import { learnToTell } from "../messages.js";
import { showOwn } from "./own_list.js";
import { like, report } from "./reactions.js";
import { send } from "./send_comment.js";

learnToTell();  // this script has messages of its own

const actions = { appeal, dismiss, edit, like, remove, report };

/** @typedef {keyof typeof actions} Action what a button at a comment does */

export default { actions, dress, equip, loadOwn, send, showOwn, takeAlong };
