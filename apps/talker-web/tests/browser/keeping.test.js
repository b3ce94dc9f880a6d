/** What the browser keeps for the page, and what the page does where it keeps nothing. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { Line } from "./line.js";
import { stage } from "./stage.js";

const scene = stage();

scene("where_storage_is_forbidden_everything_lasts_as_long_as_the_tab", async (cast) => {
  const line = await Line.to(cast.server);
  const [ann, ben] = [await cast.visitor("ann", { line }), await cast.enter("ben")];
  ann.watch.expectBreaks();
  await openAccount(cast.server, ann.username);
  await ann.context.addInitScript(forbidStorage);
  await ann.visit();
  await ann.logIn();
  await ann.press("Menu");
  await ann.page.getByRole("menuitemradio", { name: "Dark" }).click();
  assert.equal(await ann.page.locator("html").getAttribute("data-theme"), "dark");
  await Promise.all([ann.find(ben), ben.find(ann)]);
  await ann.writing.fill("not sent yet");
  await ann.find(await cast.talker("somebody_else"));
  await ann.open(ben);
  assert.equal(await ann.writing.inputValue(), "not sent yet");
  line.breakOff();
  await ann.button("Try now").waitFor();
  await ann.say("said without a line");
  line.isCut = false;
  await ann.pressIfThere("Try now");
  await ben.hears("said without a line");
  await ann.progress("said without a line", "Read");
  await ann.fromMenu("Log out");
  await ann.logIn();
  await ann.open(ben);
  assert.equal(await ann.writing.inputValue(), "");
});

/** As a browser does that may keep nothing of this site. */
function forbidStorage() {
  for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
    Object.defineProperty(window, name, {
      get() {
        throw new DOMException("The document is sandboxed.", "SecurityError");
      },
    });
  }
}
