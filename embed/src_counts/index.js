/** What the script tag of list pages does: define two elements, with what the tag says for those that say nothing. */

import { CommentCount } from "./comment_count.js";
import { RecentComments } from "./recent_comments.js";
import { TAG } from "./tag.js";

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
if (!customElements.get("comment-count")) {
  TAG.service = new URL(script?.src ?? "", location.href).origin;
  TAG.site = script?.dataset["site"] ?? "";
  customElements.define("comment-count", CommentCount);
  customElements.define("recent-comments", RecentComments);
}
