/** What stands before a server may answer for it, in no language of ours. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer } from "vite";
import { Browser } from "./browser.js";
import { Gateway } from "./gateway.js";
import { enter, listed } from "./people.js";
import { Server } from "./server.js";

let server;
let gateway;
let vite;
let sentenceFor;

before(async () => {
  server = await Server.start();
  gateway = await Gateway.before(server);
  vite = await createServer({ server: { middlewareMode: true, ws: false }, appType: "custom" });
  ({ sentenceFor } = await vite.ssrLoadModule("/src/failures.ts"));
});
after(async () => {
  await vite.close();
  await server.end();
});

const page = (status, more = {}) => ({
  status,
  headers: { "Content-Type": "text/html", ...more },
  body: "<html><body><h1>Sorry</h1></body></html>",
});

const inAMinute = () => new Date(Date.now() + 60_000).toUTCString();

test("what_is_refused_without_json_has_its_sentence_and_its_time_to_wait", async () => {
  const { core } = await new Browser(gateway).open();
  const refusals = [
    [page(429, { "Retry-After": "7" }), /^Too many tries in a short time\. Try again in 7 seconds\.$/],
    [page(429), /^Too many tries in a short time\. Wait a moment/],
    [page(503, { "Retry-After": "20" }), /^The server is busy just now\. Try again in 20 seconds\.$/],
    [
      page(503, { "Retry-After": inAMinute() }),
      /^The server is busy just now\. Try again in (5\d|60) seconds\.$/,
    ],
    [page(503, { "Retry-After": "soon" }), /^The server is busy just now\. Try again in a moment\.$/],
    [page(413), /^This is too large/],
    [page(502), /^The server cannot be reached/],
    [page(200), /^The server cannot be reached/],
    [{ status: 429, headers: {}, body: '{"message":"slow down"}' }, /^Too many tries/],
  ];
  for (const [answer, sentence] of refusals) {
    gateway.answers.push(answer);
    await assert.rejects(core.isUsed("username", "somebody"), (fault) => {
      assert.match(sentenceFor(fault), sentence);
      return true;
    });
  }
  assert.equal(await core.isUsed("username", "somebody"), false);
});

test("a_page_that_begins_while_the_server_is_said_to_be_busy_is_in_as_soon_as_it_is_not", async () => {
  const ann = await enter(gateway, "ann");
  ann.tab.close();
  gateway.answers = [page(503), page(429, { "Retry-After": "1" }), page(200)];
  const tab = await ann.browser.open();
  await tab.core.start();
  await listed(tab.core);
  assert.equal(tab.core.phase.value, "signed-in");
  assert.equal(gateway.answers.length, 0);
});
