/** A document for tests of what builds nodes. */

import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><title>test</title>", { url: "https://article.example/" });
Object.assign(globalThis, { document: window.document, Node: window.Node, FormData: window.FormData, Event: window.Event, getComputedStyle: window.getComputedStyle });
