/** Where the scenes of a file play: one server, one browser, and for each scene people of its own. */

import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { Server } from "../core/server.js";
import { Cast } from "./cast.js";

export const screenshots =
  process.env.TALKER_SCREENSHOTS ?? new URL("./screenshots", import.meta.url).pathname;

const quiet = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"];
const alone = ["no-sandbox", "disable-component-update", "disable-sync"];

/** Gives `scene`, which is a test that ends only well if no page complained of anything unexpected. */
export function stage(...serverOptions) {
  const set = {};
  const strike = async () => {
    await set.browser?.close();
    await set.server?.end();
  };
  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    set.server = await Server.start(...serverOptions);
    set.browser = await chromium.launch({
      executablePath: process.env.TALKER_CHROMIUM ?? "/usr/bin/chromium",
      args: [...quiet, ...alone].map((flag) => `--${flag}`),
    });
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => strike().finally(process.exit));
  });
  after(strike);
  return (name, act, options = {}) => test(name, { timeout: 120_000, ...options }, (t) => play(set, t, act));
}

async function play(set, t, act) {
  const cast = new Cast(set);
  try {
    await act(cast, t);
    cast.assertCalm();
  } catch (fault) {
    await cast.photograph(`${screenshots}/failed-${t.name}`);
    throw fault;
  } finally {
    await cast.leave();
  }
}

/** Whatever happens meanwhile, the server is there again afterwards. */
export async function whileServerIsGone(server, act) {
  await server.kill();
  try {
    await act();
  } finally {
    await server.run();
  }
}
