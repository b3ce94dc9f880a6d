/** Everything can be done by the keyboard alone, and the focus is never lost. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { stage } from "./stage.js";
import { until } from "./waiting.js";

const scene = stage();

scene("the_forms_are_walked_by_tab_and_sent_by_enter", async (cast) => {
  const ann = await cast.visitor("ann");
  await openAccount(cast.server, ann.username);
  const keys = ann.page.keyboard;
  await walk(ann, "Tab", "Username or email", "Password", "Show password", "Log in", "Forgot your password?");
  await walk(ann, "Tab", "Create an account");
  await keys.press("Enter");
  await ann.page.getByRole("heading", { name: "Create your account" }).waitFor();
  await ann.field("Username").focus();
  await walk(ann, "Tab", "Email", "Password", "Show password", "Create account", "Log in");
  await keys.press("Enter");
  await ann.field("Username or email").focus();
  await keys.type(ann.username);
  await keys.press("Tab");
  await keys.type(ann.password);
  await keys.press("Enter");
  await ann.list.waitFor();
});

scene("conversations_are_chosen_by_arrows_and_left_by_escape", async (cast) => {
  const [ann, ben] = await cast.pair();
  const carl = await cast.enter("carl");
  await ann.say("to ben");
  await ann.find(carl);
  await ann.say("to carl");
  await ann.progress("to carl", "Delivered");
  const keys = ann.page.keyboard;
  await keys.press("Escape");
  await isFocused(ann.row(carl));
  await keys.press("ArrowDown");
  await isFocused(ann.row(ben));
  await keys.press("Home");
  await isFocused(ann.row(carl));
  await keys.press("End");
  await keys.press("Enter");
  await isFocused(ann.writing);
  await ann.hears("to ben");
  await keys.press("Escape");
  await isFocused(ann.row(ben));
  await ann.field("Find people").focus();
  await keys.type("carl");
  await keys.press("ArrowDown");
  await keys.press("Enter");
  await isFocused(ann.writing);
  await ann.hears("to carl");
});

scene("enter_sends_and_shift_enter_begins_a_line", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.writing.focus();
  const keys = ann.page.keyboard;
  await keys.press("Enter");
  await keys.type("one");
  await keys.press("Shift+Enter");
  await keys.type("two");
  await keys.press("Enter");
  await ben.shows("one\ntwo");
  assert.equal(await ann.writing.inputValue(), "");
  await isFocused(ann.writing);
});

scene("a_menu_is_walked_by_arrows_and_closed_by_escape", async (cast) => {
  const ann = await cast.enter("ann");
  const keys = ann.page.keyboard;
  await ann.button("Menu").focus();
  await keys.press("Enter");
  await isFocused(ann.page.getByRole("menuitemradio", { name: "As the system" }));
  await walk(ann, "ArrowDown", "Light", "Dark", "Turn on notifications", "Blocked people", "Log out");
  await keys.press("ArrowDown");
  await isFocused(ann.page.getByRole("menuitem", { name: "Log out" }));
  await keys.press("Home");
  await isFocused(ann.page.getByRole("menuitemradio", { name: "As the system" }));
  await keys.press("Escape");
  await isFocused(ann.button("Menu"));
  assert.equal(await ann.page.getByRole("menu").count(), 0);
});

scene("a_dialog_keeps_the_focus_and_gives_it_back", async (cast) => {
  const [ann] = await cast.pair();
  const keys = ann.page.keyboard;
  await ann.button("More").focus();
  await keys.press("Enter");
  await isFocused(ann.page.getByRole("menuitem", { name: /^Block/ }));
  await keys.press("Enter");
  const dialog = ann.page.getByRole("dialog");
  await dialog.waitFor();
  for (let step = 0; step < 6; step += 1) {
    await keys.press("Tab");
    assert.ok(
      await dialog.evaluate(
        (one) => one.contains(document.activeElement) || document.activeElement === document.body,
      ),
    );
  }
  await keys.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await isFocused(ann.button("More"));
  await ann.writing.waitFor();
});

scene("hits_are_walked_by_enter_and_the_search_is_left_by_escape", async (cast) => {
  const [ann] = await cast.pair();
  for (const text of ["first word", "other", "second word"]) await ann.say(text);
  await ann.progress("second word", "Read");
  await ann.button("Search in this conversation").focus();
  const keys = ann.page.keyboard;
  await keys.press("Enter");
  const box = ann.page.getByRole("textbox", { name: "Search in this conversation" });
  await isFocused(box);
  await keys.type("word");
  await ann.reads("2 messages");
  await keys.press("Enter");
  await ann.reads("1 of 2");
  await keys.press("Enter");
  await ann.reads("2 of 2");
  await keys.press("Shift+Enter");
  await ann.reads("1 of 2");
  await keys.press("Escape");
  await box.waitFor({ state: "detached" });
  await isFocused(ann.button("Search in this conversation"));
});

scene("the_messages_are_scrolled_by_keys", async (cast) => {
  const [ann] = await cast.pair();
  await ann.say(Array.from({ length: 15 }, (_, line) => `line ${line}`).join("\n"));
  await ann.say("x\n".repeat(15).concat("end"));
  await ann.progress("end", "Read");
  await ann.writing.focus();
  await ann.page.keyboard.press("Shift+Tab");
  await until(
    async () => {
      const isLog = await ann.log.evaluate((log) => log === document.activeElement);
      if (!isLog) await ann.page.keyboard.press("Shift+Tab");
      return isLog;
    },
    (isLog) => isLog,
  );
  const bottom = await ann.log.evaluate((log) => log.scrollTop);
  await ann.page.keyboard.press("PageUp");
  await until(
    () => ann.log.evaluate((log) => log.scrollTop),
    (top) => top < bottom,
  );
});

const isFocused = (place) =>
  until(
    () => place.evaluate((one) => one === document.activeElement),
    (focused) => focused,
  );

/** The focus goes by this key to what has these names, in this order. */
async function walk({ page }, key, ...names) {
  for (const name of names) {
    await page.keyboard.press(key);
    const focused = page.locator(":focus");
    const snapshot = await focused.ariaSnapshot();
    assert.ok(snapshot.includes(`"${name}"`), `${snapshot} is not ${name}`);
  }
}
