// People who use the official client just as the original service's description says, and keep what they hear.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { io } from "socket.io-client";

const url = process.env.TALKER_URL;
const mails = process.env.TALKER_MAILS;
const patience = 30_000;

/** What the client may use, by the names that tests have for it. */
export const transports = {
  websocket: ["websocket"],
  polling: ["polling"],
  upgrade: ["polling", "websocket"],
};

/** Asks a route as the original clients do: by GET, with a query. */
export async function ask(path, parameters) {
  const response = await fetch(`${url}${path}?${new URLSearchParams(parameters)}`);
  return response.json();
}

/** Registers, follows the link in the mail, and returns the account. */
export async function newcomer(username) {
  const account = { username, email: `${username}@example.org`, hash: `the hash of ${username}` };
  assert.equal((await ask("/register", account)).code, "created");
  assert.equal((await ask("/isUsed/username", { username })).res, 1);
  const link = new URL(await linkIn(account.email));
  const { id, uuid } = Object.fromEntries(link.searchParams);
  assert.match((await ask("/register/confirm", { id, uuid })).res, /Success/);
  return account;
}

/** The link in the mail to this address, once it is there. */
async function linkIn(email) {
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10))) {
    for (const name of await readdir(mails).catch(() => [])) {
      const mail = await readFile(`${mails}/${name}`, "utf8");
      const link = mail.match(/^http\S+/m);
      if (mail.includes(`<${email}>`) && link) return link[0];
    }
  }
  throw new Error(`no mail to ${email}`);
}

/** A connection that keeps what it hears until somebody waits for it. */
export class Person {
  constructor(account, kind, options = {}) {
    this.account = account;
    this.heard = [];
    this.waiting = [];
    const more = { transports: transports[kind], forceNew: true, reconnection: false, autoUnref: true };
    this.socket = io(url, { ...more, ...options });
    this.socket.onAny((event, data) => this.hear({ event, data }));
    this.socket.on("disconnect", (reason) => this.hear({ event: "disconnect", data: reason }));
  }

  hear(news) {
    const place = this.waiting.findIndex(({ isIt }) => isIt(news));
    if (place < 0) return this.heard.push(news);
    this.waiting.splice(place, 1)[0].resolve(news.data);
  }

  /** The data of the next event of this name, now or later; others keep their place. */
  next(event, isIt = () => true) {
    const wanted = (news) => news.event === event && isIt(news.data);
    const place = this.heard.findIndex(wanted);
    if (place >= 0) return Promise.resolve(this.heard.splice(place, 1)[0].data);
    return new Promise((resolve, reject) => {
      const said = () => JSON.stringify(this.heard).slice(0, 2_000);
      const late = () => reject(new Error(`${this.account.username} waits for ${event} in vain; heard: ${said()}`));
      const timer = setTimeout(late, patience);
      this.waiting.push({ isIt: wanted, resolve: (data) => (clearTimeout(timer), resolve(data)) });
    });
  }

  /** Shows that nothing has come that nobody waited for, up to the answer to an event that is always answered. */
  async heardNothingElse() {
    this.socket.emit("no such event", {});
    assert.equal(await this.next("error"), 400);
    assert.deepEqual(this.heard, []);
  }

  async loggedIn() {
    const session = await this.next("login");
    assert.ok(session, "the login was refused");
    assert.deepEqual(Object.keys(session).sort(), ["clientAddress", "id"]);
    this.id = session.id;
    this.clientAddress = session.clientAddress;
    return this;
  }

  /** Emits in my own name. */
  emit(event, data) {
    this.socket.emit(event, { user_id: this.id, ...data });
  }

  /** Sends a message, and returns its echo. */
  async say(to_id, content, content_type) {
    this.emit("messeage", { to_id, content, content_type });
    return this.next("messeage", (row) => row.from_user === this.id && row.content === content);
  }

  /** Asks a route that takes a session. */
  ask(path, parameters = {}) {
    return ask(path, { user_id: this.id, clientAddress: this.clientAddress, ...parameters });
  }

  /** Waits until the server knows that the connection is gone. */
  async forgotten() {
    while ((await this.ask("/contacts")).code !== "unauthenticated");
  }

  close() {
    this.socket.close();
  }
}

/** Connects and logs in by an event, after the address has come. */
export async function byEvent(account, kind) {
  const person = new Person(account, kind);
  const { address } = await person.next("address");
  assert.match(address, /^[\w-]{22,}$/);
  person.socket.emit("login", { login: account.username, hash: account.hash });
  await person.loggedIn();
  assert.equal(person.clientAddress, address);
  return person;
}

/** Logs in on connecting, by the handshake. */
export async function byHandshake(account, kind, options = {}) {
  const auth = { login: account.email, hash: account.hash };
  const person = new Person(account, kind, { auth, ...options });
  await person.next("address");
  return person.loggedIn();
}

/** Anna and Benno, both new, each connected in another way. */
export async function annaAndBenno(test, kind) {
  const mark = `${process.pid.toString(36)}${(number++).toString(36)}`;
  const anna = await byHandshake(await newcomer(`anna.${mark}`), kind);
  const benno = await byEvent(await newcomer(`benno.${mark}`), kind);
  test.after(() => [anna, benno].forEach((person) => person.close()));
  return [anna, benno];
}

let number = 0;

/** Waits until the connection has become what it was meant to be, and says by what it goes. */
export async function settledTransport(person, kind) {
  const { engine } = person.socket.io;
  if (kind === "upgrade" && engine.transport.name === "polling") {
    await new Promise((resolve) => engine.once("upgrade", resolve));
  }
  return engine.transport.name;
}
