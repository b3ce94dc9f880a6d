/** People with accounts, in front of the page. */

import assert from "node:assert/strict";
import { Browser } from "./browser.js";

const password = "correct horse";
let count = 0;

/** Somebody with an account and a browser of her own, logged in. */
export async function enter(server, name) {
  count += 1;
  const username = `${name}${count}_${server.port}`;
  const browser = new Browser(server);
  const tab = await browser.open();
  await tab.core.start();
  assert.equal(tab.core.phase.value, "signed-out");
  assert.equal(await tab.core.register(`${username}@example.org`, username, password), "created");
  assert.equal(await server.confirm(username), "confirmed");
  await tab.core.logIn(username, password);
  await listed(tab.core);
  return { browser, tab, core: tab.core, username, password };
}

/** Finds somebody, as a person to write to. */
export async function find(core, { username }) {
  const [person] = await core.searchPeople(username);
  return person;
}

/** Two people who have opened their conversation. */
export async function pair(server) {
  const [ann, ben] = [await enter(server, "ann"), await enter(server, "ben")];
  ann.other = await find(ann.core, ben);
  ben.other = await find(ben.core, ann);
  await ann.core.open(ann.other);
  await ben.core.open(ben.other);
  return [ann, ben];
}

/** Waits until this holds. */
export async function until(condition, patience = 15_000) {
  const end = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`in vain: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function listed(core) {
  return until(() => core.conversations.value !== null && core.link.value === "online");
}

/** What the conversation shows, message by message. */
export function texts(core, peer) {
  return core.thread(peer.id).value.messages.map((message) => message.content);
}

/** How far each message has come. */
export function ticks(core, peer) {
  return core.thread(peer.id).value.messages.map((message) => message.progress);
}

export function say(core, peer, content) {
  return core.send(peer.id, { kind: "text", content });
}
