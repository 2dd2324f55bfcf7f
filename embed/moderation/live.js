/** What others do, as it happens: one stream of events while the page is seen. */

/** `moment` only tells how far the page has heard. */
const KINDS = ["pending", "decided", "claimed", "counts", "moment"];
const AGAIN_MS = 15_000;

export class Live {
  /** @type {EventSource | null} */
  #stream = null;
  #cursor;
  #timer = 0;

  /**
   * @param {string} path
   * @param {string} cursor of the moment that the page shows
   * @param {(kind: string, told: Record<string, unknown>) => void} hear
   */
  constructor(path, cursor, hear) {
    this.path = path;
    this.#cursor = cursor;
    this.hear = hear;
    document.addEventListener("visibilitychange", () => this.#follow());
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", () => this.#follow());
    this.#follow();
  }

  #follow() {
    if (document.visibilityState !== "visible") this.#close();
    else if (this.#stream === null) this.#open();
  }

  #open() {
    const address = new URL(this.path, location.href);
    address.searchParams.set("since", this.#cursor);
    const stream = new EventSource(address);
    for (const kind of KINDS) stream.addEventListener(kind, (event) => this.#take(kind, event));
    stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && this.#openLater());
    this.#stream = stream;
  }

  #close() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  /** The service refused: the session may have ended, or it is just starting. */
  #openLater() {
    this.#close();
    this.#timer = window.setTimeout(() => this.#follow(), AGAIN_MS);
  }

  /** @param {string} kind @param {MessageEvent} event */
  #take(kind, event) {
    if (event.lastEventId !== "") this.#cursor = event.lastEventId;
    const told = /** @type {unknown} */ (JSON.parse(String(event.data)));
    if (typeof told === "object" && told !== null) this.hear(kind, /** @type {Record<string, unknown>} */ (told));
  }
}
