/** Whatever somebody with ill intent writes, names or sends is shown, and does nothing. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { file, uriOf } from "./files.js";
import { stage } from "./stage.js";
import { until } from "./waiting.js";

const scene = stage();

const attacks = [
  `<img src=x onerror="window.harmed=1">`,
  `<script>window.harmed=1</script>`,
  `"><svg/onload=window.harmed=1>`,
  "javascript:window.harmed=1",
  "{{constructor.constructor('window.harmed=1')()}}",
];

scene("markup_in_messages_stays_text", async (cast) => {
  const [ann, ben] = await cast.pair();
  for (const attack of attacks) await ann.say(attack);
  await ben.shows(...attacks);
  await ann.shows(...attacks);
  await ben.row(ann).getByText(attacks.at(-1)).waitFor();
  for (const person of [ann, ben]) await isUnharmed(person);
});

scene("markup_and_turned_writing_in_names_stay_text", async (cast) => {
  const ann = await cast.visitor("ann");
  await openAccount(cast.server, ann.username);
  const bob = await cast.talker("bob_the_talker");
  await bob.send(ann, "Hello");
  const name = `<img src=x onerror="window.harmed=1">\u202Egnp.exe`;
  await renamed(ann, bob.username, name);
  await ann.logIn();
  await ann.open({ username: name });
  await ann.page.getByRole("heading", { name, level: 1 }).waitFor();
  await ann.fromConversationMenu(/^Block/);
  await ann.page.getByRole("dialog").getByText("window.harmed").first().waitFor();
  await ann.press("Cancel");
  await ann.field("Find people").fill("bob_the");
  await ann.row({ username: name }).waitFor();
  await isUnharmed(ann);
});

scene("marks_that_turn_the_writing_round_turn_only_their_own_message", async (cast) => {
  const [ann, ben] = await cast.pair();
  const turned = "\u202E\u2067https://example.org/\u202Emoc.live";
  await ann.say(turned);
  await ann.say("straight");
  await ben.shows(turned, "straight");
  const link = ben.message("straight").getByRole("link");
  assert.equal(await link.count(), 0);
  const href = await ben.messages.getByRole("link").getAttribute("href");
  assert.equal(href, "https://example.org/");
  const time = ben.message("straight").getByText(/^\d\d:\d\d$/);
  const bubble = await ben.message("straight").boundingBox();
  assert.ok((await time.boundingBox()).x > bubble.x);
});

scene("a_message_of_16384_characters_is_sent_folded_and_unfolded", async (cast) => {
  const [ann, ben] = await cast.pair();
  const long = "😀".repeat(16_384);
  await ann.writing.fill(`${long}!`);
  await ann.alert("1 character too long");
  assert.equal(await ann.button("Send").isDisabled(), true);
  await ann.writing.fill(long);
  await ann.press("Send");
  await ben.messages.getByRole("button", { name: "Show more" }).click();
  await ben.shows(long);
  await ben.messages.getByRole("button", { name: "Show less" }).click();
  await until(
    () => ben.texts(),
    ([text]) => text.length < 1000,
  );
});

scene("a_word_without_an_end_does_not_widen_the_page", async (cast) => {
  const [ann, ben] = await cast.pair({ viewport: { width: 360, height: 740 } });
  await ann.say("W".repeat(800));
  await ann.say(`https://example.org/${"a".repeat(700)}`);
  await ben.messages.getByRole("link").waitFor();
  for (const { page } of [ann, ben]) {
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    assert.ok(await page.getByRole("log").evaluate((log) => log.scrollWidth <= log.clientWidth));
  }
});

scene("a_photo_with_a_script_in_it_is_a_photo", async (cast) => {
  const [ann, ben] = await cast.pair();
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60" onload="parent.harmed=1">
    <script>parent.harmed=1</script><image href="${cast.server.origin}/icon.svg?seen"/>
    <rect width="90" height="60" fill="teal"/></svg>`;
  const svg = { name: "drawing.svg", mimeType: "image/svg+xml", buffer: Buffer.from(drawing) };
  const fetched = [];
  ben.context.on("request", (request) => fetched.push(request.url()));
  await ann.pick(svg);
  await ann.press("Send");
  const shown = ben.messages.getByRole("img");
  await until(
    () => shown.evaluate((image) => image.naturalWidth),
    (width) => width === 90,
  );
  await ben.messages.getByRole("button", { name: /^Open/ }).click();
  await ben.page.getByRole("dialog").getByRole("img").waitFor();
  assert.deepEqual(
    fetched.filter((url) => url.includes("seen")),
    [],
  );
  for (const person of [ann, ben]) await isUnharmed(person);
});

scene("a_page_that_comes_as_a_file_is_only_saved", async (cast) => {
  const ann = await cast.enter("ann");
  const bob = await cast.talker("bob_the_sender");
  const page = { mimeType: "text/html", buffer: Buffer.from("<script>opener.harmed=1</script>") };
  await bob.send(ann, uriOf(page).replace(";", ";name=..%2F..%2Fa%E2%80%AEgpj.html;"), "file");
  await ann.open(bob);
  const saved = await ann.save(ann.messages.getByRole("button", { name: /^Download/ }));
  assert.equal(saved.name.replaceAll(".", ""), "agpjhtml");
  assert.ok(saved.buffer.equals(page.buffer));
  assert.equal(ann.context.pages().length, 1);
  await isUnharmed(ann);
});

scene("no_name_hides_what_kind_of_file_it_is", async (cast) => {
  const [ann, ben] = await cast.pair({ viewport: { width: 360, height: 740 } });
  const files = ["photo\u202Egpj.exe", `${"very ".repeat(10)}long.jpg.exe`, "\u05D0\u05D1 jpg.exe"].map(
    (name) => file(name, 9),
  );
  await ann.pick(...files);
  await ann.tray.getByText("photogpj.exe").waitFor();
  await endsInSight(ann.tray);
  await ann.press("Send");
  await ben.messages.nth(2).waitFor();
  await endsInSight(ben.log);
  const button = ben.message("photogpj").getByRole("button", { name: /^Download/ });
  assert.equal((await ben.save(button)).name, "photogpj.exe");
});

scene("damaged_media_are_said_to_be_damaged", async (cast) => {
  const ann = await cast.enter("ann");
  const bob = await cast.talker("bob_the_breaker");
  await bob.send(ann, "data:image/png;base64,", "photo");
  await bob.send(ann, "data:video/mp4;base64,AAAA", "video");
  await bob.send(ann, "data:audio/mpeg;base64,AAAA", "audio");
  await ann.open(bob);
  await ann.reads("This photo cannot be shown here.");
  await ann.reads("This video cannot be played here.");
  await ann.reads("This sound cannot be played here.");
});

/** Each name ends in its extension, to the right of all else and in full. */
async function endsInSight(place) {
  const names = place.locator(".file-name");
  assert.equal(await names.count(), 3);
  for (const name of await names.all()) {
    const [box, end] = [await name.boundingBox(), await name.getByText(".exe").last().boundingBox()];
    assert.ok(end.x > box.x && end.width > 20 && end.x + end.width <= box.x + box.width + 1);
    assert.equal(await name.getByText(".exe").last().textContent(), ".exe");
  }
}

async function isUnharmed({ page }) {
  assert.equal(await page.evaluate(() => window.harmed), undefined);
}

/** No server gives such a name; one that was broken into might. */
function renamed({ page }, username, name) {
  return page.route(/\/(contacts|search\/users)$/, async (route) => {
    const people = await (await route.fetch()).json();
    await route.fulfill({
      json: people.map((one) => (one.username === username ? { ...one, username: name } : one)),
    });
  });
}
