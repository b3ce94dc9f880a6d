/** What the browser keeps for the page, and what the page does where it keeps nothing. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { file, photo } from "./files.js";
import { Line } from "./line.js";
import { stage } from "./stage.js";
import { until } from "./waiting.js";

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

scene("attachments_outlive_a_reload_until_they_are_sent_or_removed", async (cast) => {
  const [ann, ben] = await cast.pair();
  const [harbour, report, unwanted] = [photo("harbour.png"), file("report.pdf", 300_000), file("no.txt", 9)];
  await ann.pick(harbour, report);
  await ann.pick(unwanted);
  await ann.press("Remove \u2068no.txt\u2069");
  await until(
    () => ann.stored(),
    (stored) => stored.split("\n").filter((row) => row.includes('"file"')).length === 2,
  );
  await ann.reload();
  await ann.tray.getByText("report.pdf").waitFor();
  assert.deepEqual(await ann.tray.locator(".file-name").allTextContents(), ["harbour.png", "report.pdf"]);
  await ann.press("Send");
  await ben.messages.getByRole("button", { name: /^Open .*harbour\.png/ }).waitFor();
  const saved = await ben.save(ben.messages.getByRole("button", { name: /^Download .*report/ }));
  assert.ok(saved.buffer.equals(report.buffer));
  await ann.progress("report.pdf", "Read");
  await ann.reload();
  await ann.progress("report.pdf", "Read");
  assert.equal(await ann.tray.count(), 0);
});

scene("another_tab_takes_over_the_attachments_too", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.pick(file("report.pdf", 300));
  await ann.tray.getByText("report.pdf").waitFor();
  const second = await ann.openTab();
  await second.find(ben);
  await second.press("Send");
  await second.progress("report.pdf", "Read");
  await ann.press("Use it here");
  await ann.progress("report.pdf", "Read");
  assert.equal(await ann.tray.count(), 0);
});

scene("logging_out_forgets_attachments", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.pick(file("report.pdf", 300));
  await ann.tray.getByText("report.pdf").waitFor();
  await ann.fromMenu("Log out");
  await ann.logIn();
  await ann.find(ben);
  assert.equal(await ann.tray.count(), 0);
  assert.ok(!(await ann.stored()).includes('"file"'));
});

scene("who_leaves_is_asked_while_the_browser_does_not_keep_what_is_to_be_sent", async (cast) => {
  const [ann, ben] = await cast.pair();
  ann.watch.expect(/^dialog: /);
  await ann.context.addInitScript(forbidStorage);
  const other = await ann.openTab();
  await other.logIn();
  await other.find(ben);
  await other.pick(file("report.pdf", 300));
  await other.tray.getByText("report.pdf").waitFor();
  const asked = other.page.waitForEvent("dialog");
  await other.page.close({ runBeforeUnload: true });
  assert.equal((await asked).type(), "beforeunload");
  await other.press("Remove \u2068report.pdf\u2069");
  const closed = other.page.waitForEvent("close");
  await other.page.close({ runBeforeUnload: true });
  await closed;
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
