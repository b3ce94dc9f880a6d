/** How the log is followed, entry by entry, without a server. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Socket } from "socket.io-client";
import { createServer } from "vite";

/** As much of a browser as the log knows. */
const browser = {
  location: { origin: "http://127.0.0.1" },
  navigator: { onLine: true },
  document: { querySelector: () => null },
  addEventListener: () => {},
};

/** What the client core does with what it hears. */
const heard = new Map();
let vite;
let log;
let talk;
let threads;

before(async () => {
  Socket.prototype.on = (event, handle) => heard.set(event, handle);
  for (const [name, value] of Object.entries(browser)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  vite = await createServer({ server: { middlewareMode: true, ws: false }, appType: "custom" });
  log = await vite.ssrLoadModule("/src/talk/log.ts");
  talk = await vite.ssrLoadModule("/src/talk/index.ts");
  threads = await vite.ssrLoadModule("/src/talk/threads.ts");
  const { setConversations } = await vite.ssrLoadModule("/src/talk/conversations.ts");
  setConversations([]);
  const { adopt } = await vite.ssrLoadModule("/src/talk/session.ts");
  adopt({ id: 1, name: "ann", key: "", spare: [] });
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

test("in_whatever_order_it_is_told_what_was_read_is_read_and_nothing_goes_back", () => {
  const told = [
    ["notified", 1],
    ["notified", 2],
    ["read", 2],
  ];
  const orders = [...permutationsOf(told), ...permutationsOf([...told, ["read", 1]])];
  for (const [n, order] of orders.entries()) {
    const peer = { id: 100 + n, username: "ben", avatar: "" };
    const [first, second] = [1000 * (n + 1) + 1, 1000 * (n + 1) + 2];
    const progress = followTicks(peer);
    log.setSeen(0);
    let seq = 0;
    const tell = (event, data) => {
      seq += 1;
      heard.get(event)({ seq, ...data });
    };
    for (const id of [first, second]) tell("messeage", sentRow(id, peer.id));
    for (const [event, which] of order) tell(event, { messeage_id: first + which - 1 });
    assert.deepEqual(
      talk.thread(peer.id).value.messages.map((message) => message.progress),
      ["read", "read"],
      `${order}`,
    );
    const row = talk.conversations.value?.find((one) => one.peer.id === peer.id);
    assert.equal(row.last.progress, "read", `${order}`);
    for (const steps of progress.values()) assert.deepEqual(steps, inOrder(steps), `${order}`);
  }
});

test("what_a_block_kept_from_being_delivered_is_not_read_with_what_came_after_it", () => {
  const peer = { id: 99, username: "ben", avatar: "" };
  followTicks(peer);
  log.setSeen(0);
  for (const [n, id] of [901, 902].entries()) heard.get("messeage")({ seq: n + 1, ...sentRow(id, peer.id) });
  heard.get("read")({ seq: 3, messeage_id: 902 });
  heard.get("notified")({ seq: 4, messeage_id: 902 });
  assert.deepEqual(
    talk.thread(peer.id).value.messages.map((message) => message.progress),
    ["sent", "read"],
  );
});

const ways = ["sent", "delivered", "read"];
const inOrder = (steps) => steps.toSorted((one, other) => ways.indexOf(one) - ways.indexOf(other));

/** How far each message is shown to be, step by step. */
function followTicks(peer) {
  const progress = new Map();
  threads.wantThread(peer.id);
  talk.list(peer);
  talk.thread(peer.id).subscribe(({ messages }) => {
    for (const message of messages) {
      const steps = progress.get(message.id) ?? [];
      if (steps.at(-1) !== message.progress) progress.set(message.id, [...steps, message.progress]);
    }
  });
  return progress;
}

const sentRow = (id, to) => ({
  id,
  from_user: 1,
  to_user: to,
  content: "Hello",
  content_type: "text",
  init_date: "2030-01-01 00:00:00",
  readen: null,
  notified: 0,
});

function permutationsOf(all) {
  if (all.length < 2) return [all];
  return all.flatMap((one, at) => permutationsOf(all.toSpliced(at, 1)).map((others) => [one, ...others]));
}
