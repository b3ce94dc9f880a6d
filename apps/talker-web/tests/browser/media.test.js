/** Photos, films, sounds and files: picked, pasted and dropped, looked at before and after, and saved again. */

import assert from "node:assert/strict";
import { file, film, photo, sound } from "./files.js";
import { Line } from "./line.js";
import { stage } from "./stage.js";
import { until } from "./waiting.js";

const scene = stage();

scene("a_picked_photo_is_seen_before_it_is_sent_and_larger_when_asked", async (cast) => {
  const [ann, ben] = await cast.pair();
  const harbour = photo("harbour.png");
  await ann.pick(harbour);
  await ann.tray.getByText("harbour.png").waitFor();
  await until(
    () => ann.tray.locator("img").evaluate((image) => image.naturalWidth),
    (width) => width === 640,
  );
  await ann.writing.fill("Look");
  await ann.press("Send");
  await ben.shows(undefined, "Look");
  await ann.tray.waitFor({ state: "detached" });
  const small = ben.messages.getByRole("button", { name: /^Open .*harbour\.png.* larger$/ });
  await until(
    () => small.getByRole("img").evaluate((image) => image.naturalWidth),
    (width) => width === 640,
  );
  await small.click();
  const large = ben.page.getByRole("dialog", { name: "harbour.png" });
  await large.getByRole("img").waitFor();
  const saved = await ben.save(large.getByRole("button", { name: /^Download/ }));
  assertSame(saved, harbour);
  await ben.page.keyboard.press("Escape");
  await large.waitFor({ state: "detached" });
});

scene("a_film_and_a_sound_can_be_played", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.pick(await film(ann.page), sound());
  await until(
    () => ann.tray.locator("video").evaluate((video) => video.videoWidth),
    (width) => width === 160,
  );
  await ann.press("Send");
  for (const [name, kind] of [
    ["walk.webm", "video"],
    ["tone.wav", "audio"],
  ]) {
    const player = ben.messages.locator(`${kind}[aria-label="${name}"]`);
    await until(
      () => player.evaluate((one) => one.readyState),
      (state) => state >= 1,
    );
    await player.evaluate((one) => Object.assign(one, { muted: true }).play());
    await until(
      () => player.evaluate((one) => one.currentTime),
      (time) => time > 0,
    );
  }
});

scene("a_file_comes_out_byte_for_byte", async (cast) => {
  const [ann, ben] = await cast.pair();
  const report = file("Bericht – 100 % (größer).pdf", 300_000);
  await ann.pick(report);
  await ann.tray.getByText("293 kB").waitFor();
  await ann.press("Send");
  const button = ben.messages.getByRole("button", { name: /^Download/ });
  assertSame(await ben.save(button), report);
});

scene("files_are_pasted_and_dropped", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.paste(photo("pasted.png"));
  await ann.tray.getByText("pasted.png").waitFor();
  await ann.drag("dragenter", photo("dropped.png"));
  await ann.reads(/^Drop here to send to/);
  await ann.drag("drop", photo("dropped.png"), file("notes.txt", 10, "text/plain"));
  await ann.tray.getByText("notes.txt").waitFor();
  await ann.page.getByText(/^Drop here/).waitFor({ state: "detached" });
  await ann.press("Remove \u2068pasted.png\u2069");
  await ann.writing.press("Enter");
  await ben.messages.getByRole("button", { name: /^Open .*dropped\.png/ }).waitFor();
  await ben.messages.getByText("notes.txt").waitFor();
  assert.equal(await ben.messages.count(), 2);
});

scene("what_is_too_large_or_empty_is_named_and_left_out", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.pick(file("huge.bin", 8 * 1024 * 1024 + 1), file("nothing.txt", 0), file("fine.txt", 5));
  await ann.status
    .filter({
      hasText: "\u2068huge.bin\u2069 (8.1 MB) is too large: 8 MB at most. \u2068nothing.txt\u2069 is empty.",
    })
    .waitFor();
  assert.equal(await ann.tray.getByRole("listitem").count(), 1);
  await ann.press("Send");
  await ben.messages.getByText("fine.txt").waitFor();
  await ann.tray.waitFor({ state: "detached" });
  await ann.pick(...["a", "b", "c", "d", "e"].map((name) => file(name, 0)));
  await ann.status.filter({ hasText: /\u2068c\u2069, and 2 more are empty\.$/ }).waitFor();
  assert.equal(await ann.button("Send").isDisabled(), true);
});

scene("the_largest_file_shows_how_far_it_is", async (cast) => {
  const line = await Line.to(cast.server, 3_000_000);
  const [ann, ben] = await Promise.all([cast.enter("ann", { line }), cast.enter("ben")]);
  await ann.find(ben);
  await ben.find(ann);
  const large = file("large.bin", 8 * 1024 * 1024);
  await ann.pick(large);
  await ann.press("Send");
  const bar = ann.messages.getByRole("progressbar");
  await until(
    () => bar.evaluate((one) => one.value),
    (part) => part > 0.1 && part < 1,
  );
  await bar.waitFor({ state: "detached", timeout: 60_000 });
  const saved = await ben.save(ben.messages.getByRole("button", { name: /^Download/ }));
  assertSame(saved, large);
});

scene("what_is_sent_by_a_double_click_is_sent_once_and_in_its_order", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.pick(file("large.bin", 5 * 1024 * 1024), file("small.bin", 10));
  await ann.button("Send").dblclick();
  await ann.say("Did you get them?");
  await ben.hears("Did you get them?");
  assert.deepEqual(await ben.messages.locator(".file-name").allTextContents(), ["large.bin", "small.bin"]);
  assert.equal((await ben.texts()).at(-1), "Did you get them?");
});

scene("what_was_copied_from_a_document_is_pasted_as_text", async (cast) => {
  const [ann] = await cast.pair();
  const leftToTheBrowser = await ann.writing.evaluate((box) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(["picture of the cells"], "image.png", { type: "image/png" }));
    clipboardData.setData("text/plain", "1\t2");
    clipboardData.setData("text/html", "<table><tr><td>1</td><td>2</td></tr></table>");
    return box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  assert.equal(leftToTheBrowser, true);
  assert.equal(await ann.tray.count(), 0);
});

scene("a_file_that_is_dropped_beside_the_conversation_does_not_take_the_page_away", async (cast) => {
  const [ann] = await cast.pair();
  for (const event of ["dragover", "drop"]) {
    const leftToTheBrowser = await ann.list.evaluate((list, type) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["words"], "notes.txt", { type: "text/plain" }));
      return list.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }, event);
    assert.equal(leftToTheBrowser, false, event);
  }
  assert.equal(await ann.tray.count(), 0);
});

scene("what_cannot_be_shown_is_offered_as_a_file", async (cast) => {
  const [ann, ben] = await cast.pair();
  const broken = { name: "broken.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
  await ann.pick(broken);
  await ann.press("Send");
  await ben.messages.getByText("broken.png").waitFor();
  const button = ben.messages.getByRole("button", { name: /^Download/ });
  assertSame(await ben.save(button), broken);
});

function assertSame(saved, sent) {
  assert.equal(saved.name, sent.name);
  assert.ok(saved.buffer.equals(sent.buffer));
}
