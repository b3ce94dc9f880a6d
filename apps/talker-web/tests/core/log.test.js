/** How the log is followed, entry by entry, without a server. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Socket } from "socket.io-client";
import { createServer } from "vite";

/** As much of a browser as the log knows. */
const browser = {
  location: { origin: "http://127.0.0.1" },
  navigator: { onLine: true },
  addEventListener: () => {},
};

/** What the client core does with what it hears. */
const heard = new Map();
let vite;
let log;

before(async () => {
  Socket.prototype.on = (event, handle) => heard.set(event, handle);
  for (const [name, value] of Object.entries(browser)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  vite = await createServer({ server: { middlewareMode: true, ws: false }, appType: "custom" });
  log = await vite.ssrLoadModule("/src/talk/log.ts");
});
after(() => vite.close());

const notified = (seq) => ({ seq, event: "notified", data: { messeage_id: 1000 + seq } });

/** A page of the log that comes when it is wanted. */
function pageToCome() {
  let come;
  const page = new Promise((resolve) => {
    come = (...events) => resolve({ events, all: true });
  });
  return { page, come };
}

test("an_entry_that_is_called_like_what_every_object_has_is_nothing", async () => {
  log.setSeen(0);
  const names = ["__proto__", "constructor", "__defineGetter__"];
  const events = names.map((event, n) => ({ seq: n + 1, event, data: {} }));
  await log.catchUp(async () => ({ events, all: true }));
  assert.equal(log.followFrom(), 3);
});

test("of_two_who_read_on_at_once_the_first_to_end_ends_nothing_for_the_other", async () => {
  log.setSeen(0);
  const [first, second] = [pageToCome(), pageToCome()];
  const both = [log.catchUp(() => first.page), log.catchUp(() => second.page)];
  first.come(notified(1));
  await both[0];
  heard.get("notified")({ seq: 3, messeage_id: 1003 });
  assert.equal(log.followFrom(), 1);
  second.come(notified(2));
  await both[1];
  assert.equal(log.followFrom(), 3);
});
