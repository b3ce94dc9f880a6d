/** What two people see of each other as they talk. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./browser.js";
import { enter, find, pair, say, texts, ticks, until } from "./people.js";
import { Server } from "./server.js";

let server;
before(async () => {
  server = await Server.start();
});
after(() => server.end());

test("a_message_goes_both_ways_and_its_ticks_go_from_sent_to_read", async () => {
  const [ann, ben] = await pair(server);
  const seen = [];
  const keys = new Set();
  ann.core.thread(ann.other.id).subscribe(({ messages }) => {
    if (messages.length > 0 && seen.at(-1) !== messages[0].progress) seen.push(messages[0].progress);
    if (messages.length > 0) keys.add(messages[0].key);
    assert.ok(messages.length < 2, "shown twice");
  });
  await say(ann.core, ann.other, "Are you there?");
  await until(() => texts(ben.core, ben.other).length === 1);
  await until(() => ben.core.conversations.value[0].unread === 1);
  await until(() => ticks(ann.core, ann.other)[0] === "delivered");
  ben.core.markRead(ben.other.id);
  assert.equal(ben.core.conversations.value[0].unread, 0);
  await until(() => ticks(ann.core, ann.other)[0] === "read");
  assert.deepEqual(seen, ["waiting", "sending", "sent", "delivered", "read"]);
  assert.equal(keys.size, 1);
  assert.equal(ann.core.conversations.value[0].last.progress, "read");
});

test("messages_that_cross_are_shown_in_one_order", async () => {
  const [ann, ben] = await pair(server);
  await Promise.all([say(ann.core, ann.other, "Are you there?"), say(ben.core, ben.other, "Are you there?")]);
  await until(() => texts(ann.core, ann.other).length === 2 && texts(ben.core, ben.other).length === 2);
  await until(() => ann.core.unsent.value + ben.core.unsent.value === 0);
  const order = ({ core, other }) => core.thread(other.id).value.messages.map(({ id }) => id);
  assert.deepEqual(order(ann), order(ben));
});

test("many_messages_keep_their_order", async () => {
  const [ann, ben] = await pair(server);
  const all = Array.from({ length: 50 }, (_, n) => `message ${n}`);
  for (const content of all) void say(ann.core, ann.other, content);
  assert.equal(ann.core.unsent.value, 50);
  await until(() => texts(ben.core, ben.other).length === 50);
  assert.deepEqual(texts(ben.core, ben.other), all);
  await until(() => ann.core.unsent.value === 0);
  assert.deepEqual(texts(ann.core, ann.other), all);
  assert.equal(ben.core.conversations.value[0].unread, 50);
});

test("somebody_unknown_who_writes_is_listed_with_his_name", async () => {
  const [ann, ben] = [await enter(server, "ann"), await enter(server, "ben")];
  const person = await find(ann.core, ben);
  await ann.core.open(person);
  assert.equal(ann.core.conversations.value[0].last, null);
  await say(ann.core, person, "Hello");
  await until(() => ben.core.conversations.value.length === 1);
  assert.equal(ben.core.conversations.value[0].peer.username, ann.username);
  assert.equal(ben.core.conversations.value[0].unread, 1);
});

test("typing_is_seen_and_ends", async () => {
  const [ann, ben] = await pair(server);
  ann.core.iAmTyping(ann.other.id);
  await until(() => ben.core.typing.value.has(ben.other.id));
  await say(ann.core, ann.other, "Here it is");
  await until(() => !ben.core.typing.value.has(ben.other.id));
});

test("a_note_to_myself_is_read_and_never_counts", async () => {
  const ann = await enter(server, "ann");
  const me = await find(ann.core, ann);
  await ann.core.open(me);
  await say(ann.core, me, "Buy milk");
  await until(() => ticks(ann.core, me)[0] === "read");
  assert.equal(ann.core.thread(me.id).value.messages.length, 1);
  assert.equal(ann.core.conversations.value[0].unread, 0);
});

test("history_comes_page_by_page_and_search_finds_what_was_said", async () => {
  const [ann, ben] = await pair(server);
  for (let n = 0; n < 45; n += 1) void say(ann.core, ann.other, `line ${n}`);
  await until(() => ann.core.unsent.value === 0);
  const tab = await ben.browser.open();
  await tab.core.start();
  await tab.core.open(ben.other);
  assert.equal(texts(tab.core, ben.other).length, 20);
  await tab.core.loadOlder(ben.other.id);
  assert.equal(texts(tab.core, ben.other).length, 40);
  const [found, ...others] = await tab.core.searchMessages(ben.other.id, "LINE 1");
  assert.equal(found.content, "line 19");
  assert.equal(others.length, 10);
  const before = await tab.core.searchMessages(ben.other.id, "line 1", found.id);
  assert.equal(before[0].content, "line 18");
  await tab.core.loadBackTo(ben.other.id, before.at(-1).id);
  await tab.core.loadOlder(ben.other.id);
  assert.equal(tab.core.thread(ben.other.id).value.complete, true);
  assert.deepEqual(
    texts(tab.core, ben.other),
    Array.from({ length: 45 }, (_, n) => `line ${n}`),
  );
});

test("whom_i_block_is_not_heard_until_unblocked", async () => {
  const [ann, ben] = await pair(server);
  await ben.core.block(ben.other);
  assert.deepEqual(
    ben.core.blocked.value.map((person) => person.username),
    [ann.username],
  );
  await say(ann.core, ann.other, "Unheard");
  await until(() => ticks(ann.core, ann.other)[0] === "sent");
  await ben.core.unblock(ben.other.id);
  assert.deepEqual(ben.core.blocked.value, []);
  await say(ann.core, ann.other, "Heard");
  await until(() => texts(ben.core, ben.other).length === 1);
  assert.deepEqual(texts(ben.core, ben.other), ["Heard"]);
});

test("what_was_sent_into_a_block_is_never_read_whatever_is_read_after_it", async () => {
  const [ann, ben] = await pair(server);
  await say(ann.core, ann.other, "Before");
  await until(() => ticks(ann.core, ann.other)[0] === "delivered");
  await ben.core.block(ben.other);
  await say(ann.core, ann.other, "Unheard");
  await until(() => ticks(ann.core, ann.other)[1] === "sent");
  await ben.core.unblock(ben.other.id);
  await say(ann.core, ann.other, "Heard");
  await until(() => texts(ben.core, ben.other).length === 2);
  ben.core.markRead(ben.other.id);
  await until(() => ticks(ann.core, ann.other)[2] === "read");
  assert.deepEqual(ticks(ann.core, ann.other), ["read", "sent", "read"]);
  assert.equal(ann.core.conversations.value[0].last.progress, "read");
});

test("what_the_server_finds_too_fast_waits_says_so_and_goes_out_by_itself", async () => {
  const strict = await Server.start("--rate-limits", "on", "--limit-messages", "60");
  try {
    const [ann, ben] = await pair(strict);
    const all = Array.from({ length: 62 }, (_, n) => `message ${n}`);
    for (const content of all) void say(ann.core, ann.other, content);
    await until(() => ann.core.tooFast.value);
    assert.equal(ticks(ann.core, ann.other).at(-1), "waiting");
    await until(() => ann.core.unsent.value === 0);
    assert.equal(ann.core.tooFast.value, false);
    await until(() => texts(ben.core, ben.other).length === 62);
    assert.deepEqual(texts(ben.core, ben.other), all);
  } finally {
    await strict.end();
  }
});

test("what_waits_for_a_sign_of_somebody_fails_and_holds_up_nothing_else", async () => {
  const strict = await Server.start("--rate-limits", "on", "--limit-unanswered", "2");
  try {
    const [ann, ben] = await pair(strict);
    const cleo = await find(ann.core, await enter(strict, "cleo"));
    await ann.core.open(cleo);
    for (const content of ["hello", "hello?", "hello!"]) void say(ann.core, ann.other, content);
    void say(ann.core, cleo, "nobody answers");
    await until(() => ticks(ann.core, cleo)[0] === "delivered");
    assert.equal(ticks(ann.core, ann.other)[2], "failed");
    assert.deepEqual(texts(ben.core, ben.other), ["hello", "hello?"]);
    ben.core.markRead(ben.other.id);
    await until(() => ticks(ann.core, ann.other)[1] === "read");
    ann.core.retry(ann.core.thread(ann.other.id).value.messages[2].key);
    await until(() => texts(ben.core, ben.other)[2] === "hello!");
  } finally {
    await strict.end();
  }
});

test("what_the_server_refuses_fails_and_can_be_tried_again_or_discarded", async () => {
  const [ann] = await pair(server);
  await ann.core.send(ann.other.id, { kind: "photo", content: "data:text/plain,no" });
  await until(() => ticks(ann.core, ann.other)[0] === "failed");
  const [{ key, failure }] = ann.core.thread(ann.other.id).value.messages;
  assert.equal(failure.code, "malformed");
  ann.core.retry(key);
  await until(() => ticks(ann.core, ann.other)[0] === "failed");
  await say(ann.core, ann.other, "Passes by");
  await until(() => ticks(ann.core, ann.other)[0] === "delivered");
  ann.core.discard(key);
  assert.deepEqual(texts(ann.core, ann.other), ["Passes by"]);
});

test("a_large_file_arrives_as_it_was_sent", async () => {
  const [ann, ben] = await pair(server);
  const content = `data:application/x-test;base64,${Buffer.alloc(8 * 1024 * 1024, "talk").toString("base64")}`;
  await ann.core.send(ann.other.id, { kind: "file", content });
  await until(() => texts(ben.core, ben.other).length === 1);
  assert.ok(texts(ben.core, ben.other)[0] === content);
  await until(() => ticks(ann.core, ann.other)[0] === "delivered");
  assert.equal(ann.core.thread(ann.other.id).value.messages.length, 1);
});

test("what_i_do_on_another_device_is_seen_on_this_one", async () => {
  const [ann, ben] = await pair(server);
  const device = (await new Browser(server).open()).core;
  await device.start();
  await device.logIn(ben.username, ben.password);
  await device.open(ben.other);
  await say(ann.core, ann.other, "Hello");
  await until(() => ben.core.conversations.value[0]?.unread === 1 && texts(device, ben.other).length === 1);
  device.markRead(ben.other.id);
  await until(() => ben.core.conversations.value[0].unread === 0);
  await say(device, ben.other, "From there");
  await until(() => texts(ben.core, ben.other).length === 2);
  assert.equal(ben.core.thread(ben.other.id).value.messages[1].mine, true);
  await device.block(ben.other);
  await until(() => ben.core.blocked.value.length === 1);
});

test("a_wrong_password_says_so_and_a_right_one_goes_on", async () => {
  const ann = await enter(server, "ann");
  assert.equal(await ann.core.isUsed("username", ann.username), true);
  await ann.core.logOut();
  assert.equal(ann.core.phase.value, "signed-out");
  await assert.rejects(ann.core.logIn(ann.username, "wrong"), { code: "unauthenticated" });
  await ann.core.logIn(ann.username, ann.password);
  assert.equal(ann.core.phase.value, "signed-in");
  await assert.rejects(ann.core.isUsed("email", "no address"), { code: "malformed", field: "email" });
});

test("who_logs_in_by_email_is_called_by_name", async () => {
  const ann = await enter(server, "Ann");
  await ann.core.logOut();
  await ann.core.logIn(`${ann.username}@example.org`.toLowerCase(), ann.password);
  await until(() => ann.core.me.value.name === ann.username);
});

test("a_server_that_ends_sessions_with_their_connections_can_be_talked_on", async () => {
  const strict = await Server.start("--session-grace", "0");
  try {
    const [ann, ben] = await pair(strict);
    await say(ann.core, ann.other, "Hello");
    await until(() => texts(ben.core, ben.other).length === 1);
    await until(() => ticks(ann.core, ann.other)[0] === "delivered");
  } finally {
    await strict.end();
  }
});
