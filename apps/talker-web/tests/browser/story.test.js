/** Two people through the whole story: from an account to a conversation, and out again. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { stage } from "./stage.js";
import { until } from "./waiting.js";

const scene = stage();

scene("somebody_registers_confirms_by_mail_and_is_in", async (cast) => {
  const ann = await cast.visitor("ann");
  await ann.press("Create an account");
  await ann.field("Username").fill(ann.username);
  await ann.reads("This name is free");
  await ann.field("Email").fill(ann.email);
  await ann.field("Password").fill(ann.password);
  await ann.press("Create account");
  await ann.page.getByRole("heading", { name: "Check your mail" }).waitFor();
  await ann.reads(ann.email);

  const { id, uuid } = await cast.server.linkFor(ann.username);
  await ann.page.goto(`${cast.server.origin}/register/confirm?id=${id}&uuid=${uuid}`);
  await ann.press("Confirm my account");
  await ann.page.getByRole("heading", { name: "You are in" }).waitFor();
  await ann.page.getByRole("link", { name: "Open Talker" }).click();

  await ann.logIn();
  await ann.reads("No conversations yet");
  assert.equal(await ann.page.title(), "Talker");
});

scene("the_mail_screen_leads_on_to_the_form_with_the_name_in_it", async (cast) => {
  const ann = await cast.visitor("ann");
  await ann.register();
  await ann.press("Correct the address");
  assert.equal(await ann.field("Email").inputValue(), ann.email);
  await ann.press("Log in");
  assert.equal(await ann.field("Username or email").inputValue(), ann.username);
  assert.equal(await ann.field("Password").inputValue(), ann.password);
});

scene("a_message_is_sent_delivered_and_read", async (cast) => {
  const [ann, ben] = [await cast.enter("ann"), await cast.visitor("ben")];
  await openAccount(cast.server, ben.username);
  await ann.find(ben);
  await ann.reads(/^This is the beginning with/);
  await ann.say("Are you there?");
  await ann.progress("Are you there?", "Sent");
  await ben.logIn();
  await ann.progress("Are you there?", "Delivered");
  await ben.row(ann).getByText("1 unread message").waitFor();
  await ben.open(ann);
  await ben.hears("Are you there?");
  await ann.progress("Are you there?", "Read");
  await ben.say("I am");
  await ann.shows("Are you there?", "I am");
  await ben.progress("I am", "Read");
});

scene("typing_is_seen_in_the_conversation_and_in_the_list", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ben.writing.pressSequentially("Well");
  const dots = ann.log.getByText("is typing").locator("xpath=..").locator("i");
  await dots.first().waitFor();
  await ann.row(ben).getByText("typing…").waitFor();
  await ann.log.getByText("is typing").waitFor({ state: "detached" });
  assert.equal(await ben.writing.inputValue(), "Well");
});

scene("unread_messages_are_counted_and_begin_below_a_line", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("seen");
  await ann.progress("seen", "Read");
  await ben.page.keyboard.press("Escape");
  for (const text of ["one", "two", "three"]) await ann.say(text);
  await ben.row(ann).getByText("3 unread messages").waitFor();
  await ben.open(ann);
  await ben.hears("three");
  const line = await ben.log.getByText("New messages").boundingBox();
  assert.ok(line.y < (await ben.message("one").boundingBox()).y);
  assert.ok(line.y > (await ben.message("seen").boundingBox()).y);
  await ben.row(ann).getByText("unread").waitFor({ state: "detached" });
  await ben.say("four");
  await ben.log.getByText("New messages").waitFor({ state: "detached" });
});

scene("each_day_begins_below_its_name", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("of today");
  await ann.progress("of today", "Read");
  await ann.log.getByText("Today", { exact: true }).waitFor();
  const day = 24 * 60 * 60 * 1000;
  await ben.context.clock.setSystemTime(Date.now() + day);
  await ben.reload();
  await ben.log.getByText("Yesterday", { exact: true }).waitFor();
  await ben.context.clock.setSystemTime(Date.now() + 800 * day);
  await ben.reload();
  await ben.log.getByText(String(new Date().getFullYear())).waitFor();
});

scene("links_open_elsewhere_and_tell_nothing_of_the_page", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("See https://example.org/a(b)?c=d. And javascript:alert(1)");
  const link = ben.message("See").getByRole("link");
  await link.waitFor();
  assert.equal(await link.count(), 1);
  assert.equal(await link.getAttribute("href"), "https://example.org/a(b)?c=d");
  assert.equal(await link.getAttribute("target"), "_blank");
  assert.match(await link.getAttribute("rel"), /noopener noreferrer/);
});

scene("notes_to_oneself_are_a_conversation", async (cast) => {
  const ann = await cast.enter("ann");
  await ann.field("Find people").fill(ann.username);
  await ann.list.getByRole("button", { name: /^Notes to yourself/ }).click();
  await ann.say("milk");
  await ann.progress("milk", "Read");
  await ann.shows("milk");
});

scene("blocking_hides_what_comes_and_unblocking_brings_nothing_back", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ben.fromConversationMenu(/^Block/);
  await ben.press("Block");
  await ben.reads(/^You block/);
  await ann.say("while blocked");
  await ann.progress("while blocked", "Sent");
  await ben.fromMenu("Blocked people");
  const dialog = ben.page.getByRole("dialog", { name: "Blocked people" });
  await dialog.getByText(ann.username, { exact: true }).waitFor();
  await dialog.getByRole("button", { name: /^Unblock/ }).click();
  await dialog.getByText("You block nobody.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await ann.say("afterwards");
  await ben.shows("afterwards");
  await ann.progress("afterwards", "Read");
  await ann.reload();
  await ann.progress("while blocked", "Sent");
});

scene("a_conversation_without_messages_and_its_draft_outlive_a_reload", async (cast) => {
  const ann = await cast.enter("ann");
  const [bob, carl] = [await cast.talker("bob_the_silent"), await cast.talker("carl_the_silent")];
  await ann.find(bob);
  await ann.writing.fill("Dear Bob, ");
  await ann.find(carl);
  await ann.writing.fill("Dear Carl, ");
  await ann.reload();
  await ann.reads("This is the beginning with \u2068carl_the_silent\u2069");
  assert.equal(await ann.writing.inputValue(), "Dear Carl, ");
  await ann.open(bob);
  await ann.reads("This is the beginning with \u2068bob_the_silent\u2069");
  assert.equal(await ann.writing.inputValue(), "Dear Bob, ");
  await ann.fromMenu("Log out");
  await ann.field("Password").waitFor();
  assert.ok(!(await ann.stored()).includes("silent"));
});

scene("who_logs_out_leaves_nothing_behind", async (cast) => {
  const [ann] = await cast.pair();
  await ann.writing.fill("a draft");
  await ann.fromMenu("Log out");
  await ann.page.getByRole("heading", { name: "Welcome back" }).waitFor();
  assert.deepEqual(
    await until(
      () => ann.stored(),
      (stored) => !/draft|session|key/.test(stored),
    ),
    "",
  );
  await ann.visit();
  await ann.field("Password").waitFor();
});

scene("a_page_loaded_anew_goes_on_and_keeps_no_password", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("before");
  await ann.progress("before", "Read");
  await ann.writing.fill("half a sen");
  await ann.reload();
  await ann.hears("before");
  assert.equal(await ann.writing.inputValue(), "half a sen");
  await ben.say("after");
  await ann.shows("before", "after");
  const stored = await ann.stored();
  assert.match(stored, /clientAddress|key/);
  assert.ok(!stored.includes(ann.password), stored);
});
