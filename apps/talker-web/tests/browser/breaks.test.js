/** What people see, and do not lose, when servers, lines and pages break. */

import assert from "node:assert/strict";
import { Line } from "./line.js";
import { stage, whileServerIsGone } from "./stage.js";

const scene = stage();

scene("a_server_that_dies_and_comes_back_costs_and_doubles_nothing", async (cast) => {
  const [ann, ben] = await cast.pair();
  expectBreaks(ann, ben);
  await ann.say("one");
  await ann.progress("one", "Read");
  await whileServerIsGone(cast.server, async () => {
    await ann.status.getByText(/Connection lost\. Trying again in|Connecting…/).waitFor();
    await ann.say("two");
    await ben.say("three");
    await ann.progress("two", "Waiting to be sent");
    await ann.status.getByText("1 message waits to be sent.").waitFor();
  });
  await ann.pressIfThere("Try now");
  await ben.pressIfThere("Try now");
  await ann.progress("two", "Read");
  await ben.progress("three", "Read");
  await ann.say("four");
  await ann.progress("four", "Read");
  for (const person of [ann, ben]) {
    const shown = await person.texts();
    assert.deepEqual([shown.at(0), shown.at(-1)], ["one", "four"]);
    assert.deepEqual(shown.toSorted(), ["four", "one", "three", "two"]);
  }
  assert.deepEqual(await ann.texts(), await ben.texts());
});

scene("the_page_says_that_the_connection_is_lost_and_that_it_is_back", async (cast) => {
  const ann = await cast.enter("ann");
  expectBreaks(ann);
  await whileServerIsGone(cast.server, () => ann.button("Try now").waitFor());
  await ann.pressIfThere("Try now");
  await ann.status.getByText("Connected again").waitFor();
  await ann.status.getByText("Connected again").waitFor({ state: "detached" });
});

scene("without_a_network_the_page_says_so_until_there_is_one", async (cast) => {
  const [ann, ben] = await cast.pair();
  expectBreaks(ann);
  await ann.context.setOffline(true);
  await ann.status.getByText(/^\s*You are offline/).waitFor();
  await ann.context.setOffline(false);
  await ann.status.getByText("Connected again").waitFor();
  await ann.say("back");
  await ben.hears("back");
});

scene("what_was_not_sent_outlives_a_reload_and_is_sent_once", async (cast) => {
  const line = await Line.to(cast.server);
  const [ann, ben] = await Promise.all([cast.enter("ann", { line }), cast.enter("ben")]);
  await Promise.all([ann.find(ben), ben.find(ann)]);
  expectBreaks(ann, ben);
  await whileServerIsGone(cast.server, async () => {
    for (const text of ["first", "second"]) await ann.say(text);
    await ann.progress("second", "Waiting to be sent");
    line.isCut = true;
  });
  await ann.reload();
  await ann.status.getByText("2 messages wait to be sent.").waitFor();
  assert.ok(!(await ann.stored()).includes(ann.password));
  line.isCut = false;
  await ann.pressIfThere("Try now");
  await ben.pressIfThere("Try now");
  await ben.shows("first", "second");
  await ann.shows("first", "second");
  await ann.progress("second", "Read");
});

scene("what_the_server_refuses_is_shown_as_failed_and_can_be_sent_again", async (cast) => {
  const [ann, ben] = await cast.pair();
  expectBreaks(ann, ben);
  await restart(cast.server, "--max-media-bytes", "1000");
  await ann.pick({ name: "a.bin", mimeType: "application/pdf", buffer: Buffer.alloc(5000) });
  await ann.press("Send");
  await ann.reads("This is too large for the server.");
  await ann.progress("a.bin", "Not sent");
  await ann.reload();
  await ann.reads("This is too large for the server.");
  await restart(cast.server);
  await ann.press("Send again");
  await ann.progress("a.bin", "Read");
  await ben.hears("a.bin");
});

scene("what_comes_too_fast_waits_says_why_and_goes_out_by_itself", async (cast) => {
  const [ann, ben] = await cast.pair();
  expectBreaks(ann, ben);
  await restart(cast.server, "--rate-limits", "on", "--limit-messages", "20");
  const elsewhere = await cast.talkerOf(ann);
  await elsewhere.sendAll(
    ben,
    Array.from({ length: 20 }, (_, i) => `${i}.`),
  );
  await ann.say("one more");
  const why = ann.status.filter({ hasText: "You are sending very fast." });
  await why.waitFor();
  await ann.progress("one more", "Read");
  await why.waitFor({ state: "detached" });
  await restart(cast.server);
});

scene("what_failed_can_be_discarded", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("kept");
  await ann.progress("kept", "Read");
  expectBreaks(ann, ben);
  await restart(cast.server, "--max-media-bytes", "1000");
  await ann.pick({ name: "b.bin", mimeType: "application/pdf", buffer: Buffer.alloc(5000) });
  await ann.press("Send");
  await ann.press("Discard");
  await ann.shows("kept");
  await restart(cast.server);
  await ann.say("instead");
  await ann.progress("instead", "Read");
  await ann.reload();
  await ann.shows("kept", "instead");
  await ben.shows("kept", "instead");
});

scene("one_tab_is_in_use_and_another_can_take_over", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("hello");
  await ben.hears("hello");
  const second = await ann.openTab();
  await second.list.waitFor();
  await ann.page.getByRole("heading", { name: "Talker is open in another tab" }).waitFor();
  await second.open(ben);
  await second.say("from the second");
  await ben.hears("from the second");
  await ann.press("Use it here");
  await second.page.getByRole("heading", { name: "Talker is open in another tab" }).waitFor();
  await ann.say("from the first");
  await ben.shows("hello", "from the second", "from the first");
});

scene("what_is_sent_and_read_on_another_device_is_seen_here", async (cast) => {
  const [ann, ben] = await cast.pair();
  const device = await cast.talkerOf(ann);
  await device.send(ben, "from the other device");
  await ann.progress("from the other device", "Read");
  await ann.shows("from the other device");
});

scene("a_session_that_ended_leads_to_the_form_and_back", async (cast) => {
  const [ann] = await cast.pair();
  ann.watch.expect(/ 401|status of 401/);
  await ann.page.evaluate(() => {
    const session = JSON.parse(localStorage.getItem("talker.session"));
    localStorage.setItem("talker.session", JSON.stringify({ ...session, key: "outlived" }));
  });
  await ann.visit();
  await ann.reads(/^Your session has ended/);
  await ann.logIn();
});

function expectBreaks(...people) {
  for (const { watch } of people) watch.expectBreaks();
}

async function restart(server, ...options) {
  server.options = options;
  await whileServerIsGone(server, () => {});
}
