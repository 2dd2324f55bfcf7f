/** The comment as it would be shown, from the service itself. */

import { buildBody } from "../build_body.js";
import { button, element, fill } from "../dom.js";
import { explain, say } from "../messages.js";
import { askPreview } from "./ask_own.js";

/** @import { ServiceError } from "../ask_service.js" */
/** @import { Conversation } from "../conversation.js" */

/**
 * A button that shows it and takes it away; it also goes when the text changes.
 * @param {Conversation} at
 * @param {HTMLTextAreaElement} area
 */
export function previewButton({ words, setting }, area) {
  const shown = element("div", { part: "preview", role: "region", "aria-label": say(words, "showPreview"), "aria-live": "polite" });
  const hide = () => {
    shown.remove();
    made.ariaExpanded = "false";
  };
  const show = async () => {
    const { base, site } = setting.place;
    // It stands there before its words come: only then are they read out.
    fill(shown);
    area.closest("[part=field]")?.after(shown);
    made.ariaExpanded = "true";
    try {
      fill(shown, element("div", { part: "body", dir: "auto", lang: setting.contentLang }, buildBody(await askPreview(base, site, area.value))));
    } catch (error) {
      fill(shown, explain(words, /** @type {ServiceError} */ (error)));
    }
  };
  const made = button("preview-button link", say(words, "showPreview"), () => void (shown.isConnected ? hide() : area.value.trim() && show()));
  made.ariaExpanded = "false";
  area.addEventListener("input", hide);
  area.form?.addEventListener("reset", hide);
  return made;
}
