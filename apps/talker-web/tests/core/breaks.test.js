/** What becomes of messages and sessions when pages, lines and servers break. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { find, listed, pair, say, texts, ticks, until } from "./people.js";
import { Server } from "./server.js";

let server;
before(async () => {
  server = await Server.start();
});
after(() => server.end());

test("a_page_loaded_anew_resumes_and_hears_what_came_meanwhile", async () => {
  const [ann, ben] = await pair(server);
  await say(ann.core, ann.other, "before");
  await until(() => ticks(ann.core, ann.other)[0] === "delivered");
  ben.tab.close();
  await say(ann.core, ann.other, "meanwhile");
  await until(() => ticks(ann.core, ann.other)[1] === "sent");
  const tab = await ben.browser.open();
  await tab.core.start();
  assert.equal(tab.core.phase.value, "signed-in");
  assert.equal(tab.core.me.value.name, ben.username);
  await listed(tab.core);
  assert.equal(tab.core.conversations.value[0].unread, 2);
  await until(() => ticks(ann.core, ann.other)[1] === "delivered");
  await tab.core.open(ben.other);
  await say(ann.core, ann.other, "after");
  await until(() => texts(tab.core, ben.other).length === 3);
  assert.deepEqual(texts(tab.core, ben.other), ["before", "meanwhile", "after"]);
  assert.equal(tab.core.conversations.value[0].unread, 3);
});

test("a_killed_server_loses_and_doubles_nothing_on_either_side", async () => {
  const [ann, ben] = await pair(server);
  for (let n = 0; n < 40; n += 1) {
    void say(ann.core, ann.other, `ann ${n}`);
    void say(ben.core, ben.other, `ben ${n}`);
    if (n === 15) await until(() => ann.core.unsent.value < 12);
    if (n === 20) await server.kill();
  }
  await until(() => ann.core.link.value === "connecting");
  assert.ok(ann.core.unsent.value >= 19);
  await until(() => ann.core.nextAttempt.value instanceof Date);
  await server.run();
  ann.core.connectNow();
  await until(() => ann.core.unsent.value === 0 && ben.core.unsent.value === 0);
  await until(() => texts(ben.core, ben.other).length === 80 && texts(ann.core, ann.other).length === 80);
  assert.deepEqual(texts(ann.core, ann.other), texts(ben.core, ben.other));
  for (const name of ["ann", "ben"]) {
    const said = texts(ann.core, ann.other).filter((text) => text.startsWith(name));
    assert.deepEqual(
      said,
      Array.from({ length: 40 }, (_, n) => `${name} ${n}`),
    );
  }
  await until(() => ticks(ann.core, ann.other).every((progress) => progress === "delivered"));
  assert.equal(ann.core.conversations.value[0].unread, 40);
  ben.core.markRead(ben.other.id);
  const isReadByBen = (message) => !message.mine || message.progress === "read";
  await until(() => ann.core.thread(ann.other.id).value.messages.every(isReadByBen));
});

test("a_message_whose_acknowledgement_was_lost_is_stored_and_shown_once", async () => {
  const [ann, ben] = await pair(server);
  let most = 0;
  ann.core.thread(ann.other.id).subscribe(({ messages }) => {
    most = Math.max(most, messages.length);
  });
  ann.tab.line.deafen();
  await say(ann.core, ann.other, "once");
  await until(() => texts(ben.core, ben.other).length === 1);
  assert.deepEqual(ticks(ann.core, ann.other), ["sending"]);
  ann.tab.line.cut();
  ann.tab.line.mend();
  await until(() => ticks(ann.core, ann.other)[0] === "delivered" && ann.core.unsent.value === 0);
  assert.equal(most, 1);
  await say(ann.core, ann.other, "twice");
  await until(() => texts(ben.core, ben.other).length === 2);
  assert.deepEqual(texts(ben.core, ben.other), ["once", "twice"]);
});

test("lines_that_break_all_the_time_lose_and_double_nothing", async () => {
  const pairOf = await pair(server);
  const most = new Map();
  for (const { core, other } of pairOf) {
    core.thread(other.id).subscribe(({ messages }) => {
      const shown = new Set(messages.map((message) => message.key));
      assert.equal(shown.size, messages.length);
      most.set(core, Math.max(most.get(core) ?? 0, messages.length));
    });
  }
  for (let n = 0; n < 100; n += 1) {
    for (const { core, other, tab } of pairOf) {
      void say(core, other, `${core.me.value.name} ${n}`);
      const breaks = Math.random() < 0.2;
      if (breaks && Math.random() < 0.5) tab.line.deafen();
      await new Promise((resolve) => setTimeout(resolve, 20 * Math.random()));
      if (breaks) tab.line.cut();
      tab.line.mend();
      core.connectNow();
    }
  }
  const isDone = ({ core, other }) => core.unsent.value === 0 && texts(core, other).length === 200;
  await until(() => pairOf.every(isDone), 40_000);
  const [ann, ben] = pairOf;
  assert.deepEqual(texts(ann.core, ann.other), texts(ben.core, ben.other));
  assert.deepEqual([...most.values()], [200, 200]);
  for (const { core, other } of pairOf) {
    const mine = core.thread(other.id).value.messages.filter((message) => message.mine);
    assert.deepEqual(
      mine.map((message) => message.content),
      Array.from({ length: 100 }, (_, n) => `${core.me.value.name} ${n}`),
    );
    assert.equal(core.conversations.value[0].unread, 100);
  }
});

test("a_server_that_freezes_is_noticed_long_before_its_next_ping_is_missed", async () => {
  const frozen = await Server.start();
  try {
    const [ann, ben] = await pair(frozen);
    frozen.freeze();
    let sought = "";
    ann.core.searchMessages(ann.other.id, "anybody").catch(({ code }) => {
      sought = code;
    });
    await say(ann.core, ann.other, "Anybody there?");
    assert.deepEqual(ticks(ann.core, ann.other), ["sending"]);
    await until(() => ann.core.link.value === "connecting", 30_000);
    assert.deepEqual(ticks(ann.core, ann.other), ["waiting"]);
    await until(() => sought === "offline");
    frozen.thaw();
    ann.core.connectNow();
    await until(() => ticks(ann.core, ann.other)[0] === "delivered");
    assert.deepEqual(texts(ben.core, ben.other), ["Anybody there?"]);
  } finally {
    await frozen.end();
  }
});

test("a_line_that_is_only_slow_is_kept", async () => {
  const [ann, ben] = await pair(server);
  const links = new Set();
  ann.core.link.subscribe((link) => links.add(link));
  ann.tab.line.stall();
  await say(ann.core, ann.other, "Patience");
  await new Promise((resolve) => setTimeout(resolve, 7000));
  ann.tab.line.mend();
  await until(() => ticks(ann.core, ann.other)[0] === "delivered");
  assert.deepEqual([...links], ["online"]);
  assert.deepEqual(texts(ben.core, ben.other), ["Patience"]);
});

test("what_was_read_while_away_is_told_later", async () => {
  const [ann, ben] = await pair(server);
  await say(ann.core, ann.other, "Are you there?");
  await until(() => texts(ben.core, ben.other).length === 1);
  ben.tab.line.cut();
  await until(() => ben.core.link.value === "connecting");
  ben.core.markRead(ben.other.id);
  assert.equal(ben.core.conversations.value[0].unread, 0);
  ben.tab.line.mend();
  await until(() => ticks(ann.core, ann.other)[0] === "read");
  assert.equal(ben.core.conversations.value[0].unread, 0);
});

test("a_session_taken_over_by_a_connection_that_broke_at_once_is_not_lost", async () => {
  const [ann] = await pair(server);
  ann.tab.line.cut();
  await until(() => ann.core.link.value === "connecting");
  // The connection's key is heard, and what the server says next is not.
  const keys = () => JSON.parse(ann.browser.read("talker.session"));
  const { key } = keys();
  ann.tab.line.isDeafTo = (bytes) => bytes.includes('["login"');
  ann.tab.line.mend();
  ann.core.connectNow();
  await until(() => keys().spare.length > 0 && ann.tab.line.isDeaf);
  ann.tab.line.isDeafTo = undefined;
  ann.tab.line.cut();
  await until(() => ann.core.link.value === "connecting");
  ann.tab.line.mend();
  ann.core.connectNow();
  await until(() => keys().key !== key);
  await listed(ann.core);
  assert.equal(ann.core.phase.value, "signed-in");
  await say(ann.core, ann.other, "still here");
  await until(() => ticks(ann.core, ann.other).at(-1) === "delivered");
});

test("a_page_left_while_its_session_was_taken_over_asks_nothing_by_a_dead_key", async () => {
  const [ann] = await pair(server);
  ann.tab.line.cut();
  await until(() => ann.core.link.value === "connecting");
  ann.tab.line.isDeafTo = (bytes) => bytes.includes('["login"');
  ann.tab.line.mend();
  ann.core.connectNow();
  await until(() => ann.tab.line.isDeaf);
  ann.tab.close();
  const tab = await ann.browser.open();
  const refusals = [];
  tab.line.isDeafTo = (bytes) => {
    if (bytes.includes("HTTP/1.1 401")) refusals.push(bytes.toString());
  };
  await tab.core.start();
  await listed(tab.core);
  assert.deepEqual(refusals, []);
  await say(tab.core, ann.other, "still here");
  await tab.core.open(ann.other);
  await until(() => ticks(tab.core, ann.other).at(-1) === "delivered");
});

test("a_server_restored_from_a_backup_is_believed", async () => {
  const [ann, ben] = await pair(server);
  await say(ann.core, ann.other, "kept");
  await until(() => ticks(ann.core, ann.other)[0] === "delivered");
  server.backUp();
  await say(ann.core, ann.other, "lost");
  await until(() => ticks(ann.core, ann.other)[1] === "delivered");
  await server.kill();
  server.restore();
  await server.run();
  for (const { core } of [ann, ben]) core.connectNow();
  await until(() => texts(ann.core, ann.other).length === 1 && texts(ben.core, ben.other).length === 1);
  await listed(ben.core);
  assert.equal(ben.core.conversations.value[0].last.content, "kept");
  await say(ann.core, ann.other, "new");
  await until(() => texts(ben.core, ben.other).length === 2);
  assert.deepEqual(texts(ben.core, ben.other), ["kept", "new"]);
});

test("a_session_that_has_ended_keeps_what_was_not_sent", async () => {
  const brief = await Server.start("--session-grace", "1");
  const [ann, ben] = await pair(brief);
  ann.tab.line.cut();
  await until(() => ann.core.link.value === "connecting");
  await say(ann.core, ann.other, "kept for later");
  await new Promise((resolve) => setTimeout(resolve, 2000));
  ann.tab.line.mend();
  ann.core.connectNow();
  await until(() => ann.core.phase.value === "signed-out");
  assert.equal(ann.core.sessionLost.value, true);
  assert.equal(ann.core.me.value, null);
  await ann.core.logIn(ann.username, ann.password);
  assert.equal(ann.core.sessionLost.value, false);
  await until(() => texts(ben.core, ben.other).length === 1);
  await brief.end();
});

test("a_page_without_a_server_shows_that_it_tries", async () => {
  const [ann] = await pair(server);
  ann.tab.close();
  const tab = await ann.browser.open();
  tab.line.cut();
  await tab.core.start();
  assert.equal(tab.core.phase.value, "signed-in");
  assert.equal(tab.core.link.value, "connecting");
  assert.equal(tab.core.conversations.value, null);
  await say(tab.core, ann.other, "later");
  tab.line.mend();
  await until(() => tab.core.unsent.value === 0);
  await listed(tab.core);
  await until(() => tab.core.conversations.value[0]?.last.content === "later");
  assert.ok(await find(tab.core, ann));
});
