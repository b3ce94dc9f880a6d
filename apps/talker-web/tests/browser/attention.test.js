/** How the page asks for attention when nobody looks, and that it asks for leave only when told to. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { stage } from "./stage.js";
import { until } from "./waiting.js";

const scene = stage();

scene("what_comes_while_nobody_looks_is_counted_in_the_title", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("hello");
  await ann.progress("hello", "Read");
  await ben.look(false);
  for (const text of ["one", "two"]) await ann.say(text);
  await until(
    () => ben.page.title(),
    (title) => title === "(2) Talker",
  );
  await ann.progress("two", "Delivered");
  await ben.look(true);
  await until(
    () => ben.page.title(),
    (title) => title === "Talker",
  );
  await ann.progress("two", "Read");
  await ben.log.getByText("New messages").waitFor();
});

scene("notifications_are_asked_for_by_a_click_and_shown_only_when_nobody_looks", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("hello");
  await ben.hears("hello");
  await fakeNotifications(ben, "granted");
  await ben.reload();
  await ben.hears("hello");
  assert.deepEqual(await asked(ben), []);
  await ben.fromMenu("Turn on notifications");
  assert.deepEqual(await asked(ben), ["asked"]);
  await ann.say("while looking");
  await ann.progress("while looking", "Read");
  await ben.look(false);
  await ann.say("while away");
  await until(
    () => asked(ben),
    (all) => all.length === 2,
  );
  assert.deepEqual(await asked(ben), ["asked", `${ann.username}: while away`]);
  await ben.fromMenu("Turn off notifications");
  await ann.say("off");
  await ben.hears("off");
  assert.equal((await asked(ben)).length, 2);
});

scene("a_browser_that_forbids_notifications_is_explained", async (cast) => {
  const ann = await cast.visitor("ann");
  await openAccount(cast.server, ann.username);
  await fakeNotifications(ann, "denied");
  await ann.visit();
  await ann.logIn();
  await ann.fromMenu("Turn on notifications");
  await ann.reads(/^Your browser blocks notifications from this page/);
});

/** A browser without a desktop shows none; this one writes down what it would have shown. */
function fakeNotifications({ page }, answer) {
  return page.addInitScript((permission) => {
    window.asked = [];
    window.Notification = class {
      static permission = "default";
      static async requestPermission() {
        window.asked.push("asked");
        return permission;
      }
      constructor(title, { body }) {
        window.asked.push(`${title}: ${body}`);
      }
    };
  }, answer);
}

const asked = ({ page }) => page.evaluate(() => window.asked);
