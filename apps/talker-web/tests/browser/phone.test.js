/** On a phone the list and the conversation are two screens, with the way back between them. */

import assert from "node:assert/strict";
import { photo } from "./files.js";
import { stage } from "./stage.js";

const scene = stage();

const phone = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

scene("a_conversation_covers_the_list_and_back_leads_to_it", async (cast) => {
  const [ann, ben] = await cast.pair(phone);
  await ann.say("Hello");
  await ann.progress("Hello", "Read");
  assert.equal(await ann.list.isVisible(), false);
  await ann.button("Back to conversations").tap();
  await ann.list.waitFor();
  assert.equal(await ann.writing.count(), 0);
  await ann.row(ben).tap();
  await ann.hears("Hello");
  await ann.page.goBack();
  await ann.list.waitFor();
  await ann.page.goForward();
  await ann.hears("Hello");
});

scene("back_closes_a_photo_and_then_the_conversation", async (cast) => {
  const [ann] = await cast.pair(phone);
  await ann.pick(photo("harbour.png"));
  await ann.press("Send");
  const small = ann.messages.getByRole("button", { name: /^Open .*harbour\.png.* larger$/ });
  const large = ann.page.getByRole("dialog", { name: "harbour.png" });
  await small.tap();
  await large.getByRole("img").waitFor();
  await ann.page.goBack();
  await large.waitFor({ state: "detached" });
  assert.equal(await small.isVisible(), true);
  // What was closed otherwise leaves nothing behind to go back from.
  await small.tap();
  await large.getByRole("button", { name: "Close" }).tap();
  await large.waitFor({ state: "detached" });
  await ann.page.waitForFunction(() => !history.state.over);
  await small.tap();
  await large.getByRole("img").waitFor();
  await ann.page.reload();
  await small.waitFor();
  await ann.page.waitForFunction(() => !history.state.over);
  await ann.page.goBack();
  await ann.list.waitFor();
  assert.equal(await ann.writing.count(), 0);
});

scene("back_closes_a_menu_or_a_search_and_then_the_conversation", async (cast) => {
  const [ann, ben] = await cast.pair(phone);
  const menu = ann.page.getByRole("menu");
  const search = ann.page.getByRole("textbox", { name: "Search in this conversation" });
  await ann.button("More").tap();
  await menu.waitFor();
  await ann.page.goBack();
  await menu.waitFor({ state: "detached" });
  await ann.button("Search in this conversation").tap();
  await search.waitFor();
  await ann.button("More").tap();
  await menu.waitFor();
  await ann.page.goBack();
  await menu.waitFor({ state: "detached" });
  await search.waitFor();
  await ann.page.goBack();
  await search.waitFor({ state: "detached" });
  assert.equal(await ann.writing.isVisible(), true);
  await ann.button("Search in this conversation").tap();
  await search.waitFor();
  await ann.button("Back to conversations").tap();
  await ann.list.waitFor();
  assert.equal(await ann.writing.count(), 0);
  await ann.button("Menu").tap();
  await menu.waitFor();
  await ann.page.goBack();
  await menu.waitFor({ state: "detached" });
  await ann.row(ben).tap();
  await ann.writing.waitFor();
  await ann.page.goBack();
  await ann.list.waitFor();
});

scene("a_dialog_that_a_menu_opened_is_closed_by_one_step_back", async (cast) => {
  const [ann] = await cast.pair(phone);
  const dialog = ann.page.getByRole("dialog");
  await ann.fromConversationMenu(/^Block/);
  await dialog.waitFor();
  await ann.page.goBack();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await ann.writing.isVisible(), true);
  await ann.page.goBack();
  await ann.list.waitFor();
  await ann.fromMenu("Blocked people");
  await dialog.waitFor();
  await ann.page.goBack();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await ann.list.isVisible(), true);
});

scene("a_reload_keeps_the_conversation_and_the_way_back", async (cast) => {
  const [ann] = await cast.pair(phone);
  await ann.say("Hello");
  await ann.progress("Hello", "Read");
  await ann.page.reload();
  await ann.hears("Hello");
  await ann.button("Back to conversations").tap();
  await ann.list.waitFor();
});

scene("nothing_is_wider_than_the_smallest_phone", async (cast) => {
  const [ann] = await cast.pair({ ...phone, viewport: { width: 320, height: 568 } });
  await ann.say("Hello");
  await ann.press("Search in this conversation");
  const width = () => ann.page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(await width(), 320);
  await ann.press("Back to conversations");
  await ann.press("Menu");
  assert.equal(await width(), 320);
});
