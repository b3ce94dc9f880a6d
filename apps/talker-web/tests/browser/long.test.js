/** A conversation of thousands of messages is as light as a short one, and the first look at the page is small. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { stage } from "./stage.js";

const scene = stage();

const length = Number(process.env.TALKER_LONG ?? 2000);

/** As many rows as may be in the document at once. */
const rowsBound = 200;
const pixels = 3;
const scriptBound = 60 * 1024;
scene(
  "a_long_conversation_is_scrolled_to_its_beginning_and_back_without_a_jump",
  async (cast, t) => {
    const ann = await cast.enter("ann");
    const bob = await cast.talker("bob_the_talker");
    await bob.sendAll(
      ann,
      Array.from({ length }, (_, i) => `${i}: ${"word ".repeat((i * 7) % 40)}`),
    );
    await ann.open(bob);
    await ann.hears(`${length - 1}:`);
    const up = await ann.log.evaluate(scrollUp, 1000);
    const down = await ann.log.evaluate(scrollDown, 1000);
    t.diagnostic(`${length} messages; rows at most ${up.rows} up, ${down.rows} down; moved ${up.moved} px`);
    assert.ok(up.rows <= rowsBound && down.rows <= rowsBound, `${up.rows} and ${down.rows} rows`);
    assert.ok(up.checks > length / 20, `${up.checks} checks`);
    assert.ok(up.moved <= pixels, `moved by ${up.moved} px at ${up.where}`);
    assert.ok(up.first.includes("0:"), up.first);
    await ann.isInSight(ann.message(`${length - 1}:`));
  },
  { timeout: 600_000 },
);

scene("the_scripts_are_small", async (cast, t) => {
  const { text } = await read(cast.server, "/");
  const paths = [...text.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+\.js)"/g)].map(
    ([, path]) => path,
  );
  assert.ok(paths.length > 0);
  const sizes = await Promise.all(paths.map(async (path) => (await read(cast.server, path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  t.diagnostic(`scripts: ${(total / 1024).toFixed(1)} KiB compressed`);
  assert.ok(total <= scriptBound, `${total} bytes`);
});

scene("the_first_look_waits_for_nothing_but_the_page_itself", async (cast, t) => {
  const ann = await cast.visitor("ann");
  await ann.leavePage();
  let letThrough;
  const held = new Promise((resolve) => {
    letThrough = resolve;
  });
  await ann.page.route("**/assets/**", (route) => held.then(() => route.continue()));
  const visit = ann.visit();
  const painted = () => performance.getEntriesByName("first-contentful-paint").length > 0;
  await ann.page.waitForURL(ann.origin, { waitUntil: "commit" });
  await ann.page.waitForFunction(painted);
  t.diagnostic("painted while styles and scripts were on their way");
  letThrough();
  await visit;
  await ann.field("Password").waitFor();
});

/** Runs in the page. Whatever text is at the upper edge must stay there whenever older messages come. */
async function scrollUp(log, step) {
  const frame = () => new Promise(requestAnimationFrame);
  const edge = log.getBoundingClientRect().top;
  const texts = () => [...log.querySelectorAll("article [dir=auto]")];
  /** Where it was painted: between two frames it may stand where nobody ever sees it. */
  const painted = (text) =>
    new Promise((resolve) => {
      const observer = new IntersectionObserver(([{ boundingClientRect }]) => {
        observer.disconnect();
        resolve(boundingClientRect);
      });
      observer.observe(text);
    });
  const seen = { rows: 0, moved: 0, where: "", first: "", checks: 0 };
  const isOver = () => log.scrollTop === 0 && log.textContent.includes("Beginning of the conversation");
  for (let still = 0; still < 5; still = isOver() ? still + 1 : 0) {
    log.scrollTop -= step;
    await frame();
    await frame();
    const anchor = texts().find((text) => text.getBoundingClientRect().bottom > edge);
    const before = anchor && (await painted(anchor));
    if (!before || before.bottom <= edge || before.top > edge + log.clientHeight) continue;
    for (let i = 0; i < 2 && anchor.isConnected; i += 1) {
      const moved = Math.abs((await painted(anchor)).top - before.top);
      if (moved > seen.moved) Object.assign(seen, { moved, where: anchor.textContent.slice(0, 20) });
      seen.checks += 1;
    }
    seen.rows = Math.max(seen.rows, texts().length);
  }
  seen.first = texts()[0].textContent;
  return seen;
}

/** Runs in the page. */
async function scrollDown(log, step) {
  const seen = { rows: 0 };
  while (log.scrollTop + log.clientHeight < log.scrollHeight - 1) {
    log.scrollTop += step;
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    seen.rows = Math.max(seen.rows, log.querySelectorAll("article").length);
  }
  return seen;
}

/** What a browser would get, as it comes over the line. */
async function read({ origin }, path) {
  const asked = request(origin + path, { headers: { "Accept-Encoding": "br, gzip" } }).end();
  const [answer] = await once(asked, "response");
  const parts = await answer.toArray();
  const bytes = Buffer.concat(parts);
  return { size: bytes.length, text: bytes.toString() };
}
