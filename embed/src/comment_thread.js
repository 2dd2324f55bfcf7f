/** The custom element: reads its settings and holds one conversation after another. */

import { Conversation } from "./conversation.js";
import { languageFor } from "./messages.js";
import { headingLevelOf, mayStore, SETTINGS, sortOf, urlOf } from "./settings.js";
import css from "./styles.css";

/** @import { ConversationSetting } from "./conversation.js" */
/** @import { SettingName } from "./settings.js" */
/** @import { Place } from "./types.js" */

/** A thread is loaded when it is so far away: a screen's height. */
const NEAR = "100% 0px";

const styles = new CSSStyleSheet();
styles.replaceSync(css);

export class CommentThread extends HTMLElement {
  static observedAttributes = SETTINGS;
  /** Origin of the service; empty for the page's own. */
  static base = "";
  /** What the script tag says, for elements that say nothing. @type {Partial<Record<SettingName, string>>} */
  static defaults = {};

  #shadow = this.attachShadow({ mode: "open" });
  #isRefreshDue = false;
  /** Whether the reader has come near, or wants to. */
  #isNear = /^#(comment|comentario|isso|atk|remark42)/.test(location.hash);
  #watch = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    this.#isNear = true;
    this.#watch.disconnect();
    this.attributeChangedCallback();
  }, { rootMargin: NEAR });
  /** @type {Conversation | null} */
  #conversation = null;
  /** Settings of the conversation. */
  #heldFor = "";
  #writer = { name: "", email: "", website: "" };
  #onHashChange = () => void this.#conversation?.followPermalink();

  constructor() {
    super();
    this.#shadow.adoptedStyleSheets = [styles];
  }

  connectedCallback() {
    addEventListener("hashchange", this.#onHashChange);
    // What is in sight already does not wait for the browser to say so.
    this.#isNear ||= Number(this.getClientRects()[0]?.top) < innerHeight;
    if (this.#isNear) this.attributeChangedCallback();
    else this.#watch.observe(this);
  }

  disconnectedCallback() {
    removeEventListener("hashchange", this.#onHashChange);
    this.#watch.disconnect();
    this.#conversation?.stop();
  }

  /** Several attributes may change at once; one refresh will do. */
  attributeChangedCallback() {
    if (this.#isRefreshDue || !this.#isNear) return;
    this.#isRefreshDue = true;
    queueMicrotask(() => {
      this.#isRefreshDue = false;
      if (this.isConnected) void this.#hold().load();
    });
  }

  /** Load the thread anew. */
  async refresh() {
    await this.#hold().load();
  }

  /** The conversation for the present settings; what is being typed survives as long as they stay. */
  #hold() {
    const raw = (/** @type {SettingName} */ name) => this.getAttribute(name) ?? CommentThread.defaults[name] ?? null;
    const pageLang = this.closest("[lang]")?.getAttribute("lang") || "";
    const settings = {
      place: this.#place(raw),
      language: languageFor(raw("lang") || pageLang || navigator.language),
      contentLang: pageLang,
      headingLevel: headingLevelOf(raw),
      mayStore: mayStore(raw),
      suffix: raw("label") ? `: ${raw("label")}` : "",
    };
    const heldFor = JSON.stringify(settings);
    if (!this.#conversation || this.#heldFor !== heldFor) {
      this.#conversation?.stop();
      this.#heldFor = heldFor;
      this.#conversation = new Conversation({ ...settings, writer: this.#writer, emit: this.#emit });
      this.#shadow.replaceChildren(this.#conversation.node);
    }
    this.#conversation.node.dataset["theme"] = raw("theme") ?? "";
    return this.#conversation;
  }

  /**
   * @param {(name: SettingName) => string | null} raw
   * @returns {Place}
   */
  #place(raw) {
    /** @type {HTMLLinkElement | null} */
    const link = document.querySelector("link[rel~=canonical][href]");
    return {
      base: CommentThread.base,
      site: raw("site") ?? "",
      url: urlOf(raw, { canonical: link?.href ?? null, location: location.href }),
      threadId: raw("thread-id"),
      sort: sortOf(raw),
    };
  }

  /** @type {ConversationSetting["emit"]} */
  #emit = (name, detail) => this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
}
