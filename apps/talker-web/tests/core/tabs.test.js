/** One session, several tabs: one of them is in. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listed, pair, say, texts, until } from "./people.js";
import { Server } from "./server.js";

let server;
before(async () => {
  server = await Server.start();
});
after(() => server.end());

async function openSecond(ann) {
  const second = await ann.browser.open();
  await second.core.start();
  await listed(second.core);
  return second.core;
}

test("a_second_tab_takes_the_session_and_the_first_takes_it_back", async () => {
  const [ann, ben] = await pair(server);
  const second = await openSecond(ann);
  await until(() => ann.core.phase.value === "elsewhere");
  assert.equal(second.phase.value, "signed-in");
  await say(ben.core, ben.other, "Which one are you?");
  await until(() => second.conversations.value[0]?.unread === 1);
  assert.deepEqual(texts(ann.core, ann.other), []);
  ann.core.useHere();
  await until(() => second.phase.value === "elsewhere");
  await until(() => texts(ann.core, ann.other).length === 1);
  assert.equal(ann.core.phase.value, "signed-in");
  assert.equal(ann.core.conversations.value[0].unread, 1);
  await say(ann.core, ann.other, "The first");
  await until(() => texts(ben.core, ben.other).length === 2);
});

test("without_a_click_nothing_changes_hands", async () => {
  const [ann] = await pair(server);
  const second = await openSecond(ann);
  await until(() => ann.core.phase.value === "elsewhere");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(ann.core.phase.value, "elsewhere");
  assert.equal(second.phase.value, "signed-in");
  assert.equal(second.link.value, "online");
});

test("tabs_that_start_at_once_agree_on_one", async () => {
  const [ann] = await pair(server);
  ann.tab.close();
  const [one, two] = [await ann.browser.open(), await ann.browser.open()];
  await Promise.all([one.core.start(), two.core.start()]);
  const phases = () => [one.core.phase.value, two.core.phase.value].sort();
  await until(() => phases().join() === "elsewhere,signed-in");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.deepEqual(phases(), ["elsewhere", "signed-in"]);
  const inside = one.core.phase.value === "signed-in" ? one.core : two.core;
  await listed(inside);
});

test("logging_out_ends_all_tabs", async () => {
  const [ann] = await pair(server);
  const second = await openSecond(ann);
  await until(() => ann.core.phase.value === "elsewhere");
  await second.logOut();
  await until(() => ann.core.phase.value === "signed-out");
  assert.equal(ann.core.sessionLost.value, false);
  assert.equal(second.phase.value, "signed-out");
});
