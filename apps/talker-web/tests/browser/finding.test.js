/** Finding people, and finding again what was said. */

import assert from "node:assert/strict";
import { stage } from "./stage.js";

const scene = stage();

scene("people_are_found_by_a_part_of_their_name", async (cast) => {
  const ann = await cast.enter("ann");
  const eve = await cast.talker("evelyn_the_third");
  await ann.field("Find people").fill("LYN_the");
  await ann.row(eve).click();
  await ann.say("Hello");
  await ann.progress("Hello", "Delivered");
  assert.equal(await ann.field("Find people").inputValue(), "");
  await ann.field("Find people").fill("nobody at all");
  await ann.reads(/^Nobody found for/);
  await ann.press("Clear search");
  await ann.row(eve).waitFor();
});

scene("a_hit_far_back_is_jumped_to_and_marked", async (cast) => {
  const ann = await cast.enter("ann");
  const bob = await cast.talker("bob_the_talker");
  await bob.sendAll(ann, ["the needle is here", ...Array.from({ length: 150 }, (_, i) => `straw ${i}`)]);
  await bob.sendAll(ann, ["another needle"]);
  await ann.open(bob);
  await ann.press("Search in this conversation");
  const box = ann.page.getByRole("textbox", { name: "Search in this conversation" });
  await box.fill("NEEDLE");
  await ann.reads("2 messages");
  await ann.page.getByRole("button", { name: /the needle is here/ }).click();
  await ann.reads("2 of 2");
  const hit = ann.message("the needle is here");
  await hit.getByText("needle", { exact: true }).waitFor();
  assert.equal(await hit.locator("mark").textContent(), "needle");
  await ann.isInSight(hit);
  await ann.press("Newer hit");
  await ann.reads("1 of 2");
  await ann.isInSight(ann.message("another needle"));
  await box.fill("no such words");
  await ann.reads("Nothing found. Only text messages are searched.");
});

scene("more_hits_than_a_page_are_fetched_on_demand", async (cast) => {
  const ann = await cast.enter("ann");
  const bob = await cast.talker("bob_again");
  await bob.sendAll(
    ann,
    Array.from({ length: 70 }, (_, i) => `(straw) ${i}.`),
  );
  await ann.open(bob);
  await ann.press("Search in this conversation");
  await ann.page.getByRole("textbox", { name: "Search in this conversation" }).fill("(straw)");
  await ann.reads("50+ messages");
  await ann.press("Search further back");
  await ann.reads("70 messages");
});

scene("another_conversation_chosen_over_a_search_is_one_step_from_the_list", async (cast) => {
  const [ann, ben] = await cast.pair();
  const bob = await cast.talker("bob_the_other");
  await bob.send(ann, "Over here");
  await ann.press("Search in this conversation");
  await ann.row(bob).click();
  await ann.hears("Over here");
  await ann.page.waitForFunction(() => !history.state.over);
  await ann.page.reload();
  await ann.hears("Over here");
  await ann.page.goBack();
  await ann.reads("Choose a conversation");
  await ann.open(ben);
});
