/** As much of a browser as the client core knows: tabs with a storage in common, each with a core and a line of its own. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Line } from "./line.js";

const file = new URL("../../node_modules/.core/core.cjs", import.meta.url);
const require = createRequire(file);
const names = ["localStorage", "location", "navigator", "document", "addEventListener", "indexedDB"];
const load = new Function("require", "exports", ...names, readFileSync(file, "utf8"));

export class Browser {
  #stored = new Map();
  #tabs = new Set();

  constructor(server) {
    this.server = server;
  }

  /** What is stored. */
  read(key) {
    return this.#stored.get(key);
  }

  /** Loads the page in a new tab. */
  async open() {
    const tab = { listeners: new Map(), line: await Line.to(this.server.origin), core: {} };
    this.#tabs.add(tab);
    tab.close = () => this.#close(tab);
    const listen = (event, listener) => tab.listeners.set(event, listener);
    const location = { origin: tab.line.origin };
    const document = { querySelector: () => null };
    load(require, tab.core, this.#storageOf(tab), location, { onLine: true }, document, listen, undefined);
    return tab;
  }

  /** The page is left: its connection breaks, and what it stores afterwards is lost. */
  #close(tab) {
    this.#tabs.delete(tab);
    tab.line.cut();
  }

  #storageOf(tab) {
    const write = (key, change) => {
      if (!this.#tabs.has(tab)) return;
      change();
      for (const other of this.#tabs) {
        if (other !== tab) setImmediate(() => other.listeners.get("storage")?.({ key }));
      }
    };
    return {
      getItem: (key) => this.#stored.get(key) ?? null,
      setItem: (key, value) => write(key, () => this.#stored.set(key, value)),
      removeItem: (key) => write(key, () => this.#stored.delete(key)),
    };
  }
}
