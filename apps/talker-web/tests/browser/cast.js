/** The people of one scene, each in a browser context of her own. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { Person } from "./people.js";
import { Talker } from "./talker.js";
import { Watch } from "./watch.js";

let count = 0;

export class Cast {
  #people = [];
  #talkers = [];

  constructor({ server, browser }) {
    this.server = server;
    this.browser = browser;
  }

  /** Somebody in front of the page, without an account. By a `line` of her own if one is given. */
  async visitor(name, { line, ...options } = {}) {
    count += 1;
    const context = await this.browser.newContext({ locale: "en-GB", ...options });
    const watch = await Watch.over(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const { origin } = line ?? this.server;
    const person = new Person({ context, page, watch, origin, username: `${name}_${count}` });
    this.#people.push(person);
    await person.visit();
    return person;
  }

  /** Somebody with an account, logged in. */
  async enter(name, options) {
    const person = await this.visitor(name, options);
    await openAccount(this.server, person.username);
    await person.logIn();
    return person;
  }

  /** Somebody with an account and without a page. */
  async talker(username) {
    await openAccount(this.server, username);
    return this.talkerOf({ username });
  }

  /** The same person without a page, beside the one that she has. */
  async talkerOf({ username }) {
    const talker = await Talker.logIn(this.server, username);
    this.#talkers.push(talker);
    return talker;
  }

  /** Two people who have opened their conversation. */
  async pair(options) {
    const [ann, ben] = await Promise.all([this.enter("ann", options), this.enter("ben", options)]);
    await Promise.all([ann.find(ben), ben.find(ann)]);
    return [ann, ben];
  }

  assertCalm() {
    const complaints = this.#people.flatMap(({ username, watch }) =>
      watch.complaints().map((complaint) => `${username}: ${complaint}`),
    );
    assert.deepEqual(complaints, []);
  }

  async photograph(path) {
    for (const { page, username } of this.#people) {
      await page.screenshot({ path: `${path}-${username}.png` }).catch(() => {});
    }
  }

  async leave() {
    for (const talker of this.#talkers) talker.leave();
    await Promise.all(this.#people.map(({ context }) => context.close()));
  }
}
