// The whole description of the original service, told once by each transport.

import assert from "node:assert/strict";
import { test } from "node:test";
import { annaAndBenno, ask, byHandshake, newcomer, Person, settledTransport, transports } from "./people.mjs";

const row = ["content", "content_type", "from_user", "id", "init_date", "notified", "readen", "to_user"];
const date = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

for (const kind of Object.keys(transports)) {
  test(`two people talk by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    assert.equal(await settledTransport(anna, kind), kind === "polling" ? "polling" : "websocket");

    anna.emit("type", { to_id: benno.id });
    assert.deepEqual(await benno.next("typing"), { typer: anna.id, typing: true });
    anna.emit("messeage", { to_id: String(benno.id), content: "zażółć 漢字 😀\u0000\u2028", content_type: "text" });
    assert.deepEqual(await benno.next("typing"), { typer: anna.id, typing: false });
    const echo = await anna.next("messeage");
    assert.deepEqual(Object.keys(echo).sort(), row);
    assert.equal(echo.content, "zażółć 漢字 😀\u0000\u2028");
    assert.match(echo.init_date, date);
    const told = [echo.from_user, echo.to_user, echo.content_type, echo.readen, echo.notified];
    assert.deepEqual(told, [anna.id, benno.id, "text", null, 0]);
    assert.deepEqual(await benno.next("messeage"), echo);
    assert.deepEqual(await anna.next("notified"), { messeage_id: echo.id });

    benno.emit("read", { messeage_id: String(echo.id) });
    const receipt = await anna.next("read");
    assert.deepEqual(Object.keys(receipt).sort(), ["date", "messeage_id"]);
    assert.equal(receipt.messeage_id, echo.id);
    assert.match(receipt.date, date);
    await anna.heardNothingElse();
    await benno.heardNothingElse();
  });

  test(`what was said is found again by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const ids = [];
    for (let number = 0; number < 25; number++) ids.unshift((await anna.say(benno.id, `Straße ${number}`)).id);
    await benno.next("messeage", (message) => message.id === ids[0]);

    const [contact] = await benno.ask("/contacts");
    assert.deepEqual(Object.keys(contact).sort(), [
      "avatar", "content", "content_type", "from_user", "id", "init_date", "messeage_id", "notified", "readen", "unread",
      "username",
    ]);
    assert.deepEqual([contact.id, contact.username, contact.messeage_id, contact.unread], [
      anna.id, anna.account.username, ids[0], 25,
    ]);
    assert.match(contact.avatar, /^data:image\//);

    const newest = await benno.ask("/messeages", { with_id: anna.id });
    assert.deepEqual([newest.messeages.map(({ id }) => id), newest.all], [ids.slice(0, 20), false]);
    const older = await benno.ask("/messeages", { with_id: anna.id, from_messeage: ids[19] });
    assert.deepEqual([older.messeages.map(({ id }) => id), older.all], [ids.slice(19), true]);
    const found = await anna.ask("/search/messeages", { talker_id: benno.id, messeage: "STRASSE 7".replace("SS", "ß") });
    assert.deepEqual(found.res.map(({ content }) => content), ["Straße 7"]);
    const users = await ask("/search/users", { user_name: anna.account.username });
    assert.deepEqual(Object.keys(users[0]).sort(), ["avatar", "id", "username"]);
    assert.equal(users[0].id, anna.id);
    assert.equal((await ask("/isUsed/email", { email: anna.account.email.toUpperCase() })).res, 1);
    assert.equal((await ask("/isUsed/email", { email: "nobody@example.org" })).res, 0);
  });

  test(`a block holds by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    await anna.say(benno.id, "before");
    await benno.next("messeage");
    await anna.next("notified");
    benno.emit("block_user", { blocked_id: anna.id });
    await benno.heardNothingElse();
    const [blocked] = await benno.ask("/blocked/users");
    assert.deepEqual(Object.keys(blocked).sort(), ["avatar", "blocked_user", "by_user", "username"]);
    assert.deepEqual([blocked.by_user, blocked.blocked_user], [benno.id, anna.id]);

    assert.equal((await anna.say(benno.id, "hidden")).notified, 0);
    anna.emit("type", { to_id: benno.id });
    await anna.heardNothingElse();
    benno.emit("unlock_user", { blocked_id: anna.id });
    await benno.heardNothingElse();
    assert.deepEqual(await benno.ask("/blocked/users"), []);
    const contents = async (person, peer) =>
      (await person.ask("/messeages", { with_id: peer.id })).messeages.map(({ content }) => content);
    assert.deepEqual(await contents(benno, anna), ["before"]);
    assert.deepEqual(await contents(anna, benno), ["hidden", "before"]);
  });

  test(`who is not logged in is nobody by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    anna.socket.emit("messeage", { user_id: benno.id, to_id: anna.id, content: "not me" });
    assert.equal(await anna.next("auth"), false);
    benno.socket.emit("logout");
    await benno.heardNothingElse();
    assert.equal((await benno.ask("/contacts")).error, 401);
    benno.emit("type", { to_id: anna.id });
    assert.equal(await benno.next("auth"), false);
    for (const login of [benno.account.username, "nobody", "a' OR '1'='1"]) {
      benno.socket.emit("login", { login, hash: "wrong" });
      assert.equal(await benno.next("login"), false);
    }
    benno.socket.emit("login", { login: benno.account.email, hash: benno.account.hash });
    const { clientAddress } = await benno.loggedIn();
    assert.equal(clientAddress, benno.clientAddress);
    await anna.heardNothingElse();
  });

  test(`a handshake that is refused connects all the same by ${kind}`, async (t) => {
    const auth = { login: "nobody", hash: "wrong" };
    const person = new Person({ username: "nobody" }, kind, { auth });
    t.after(() => person.close());
    await person.next("address");
    assert.equal(await person.next("login"), false);
    await person.heardNothingElse();
  });
}

test("a name that is used is not given twice", async (t) => {
  const account = await newcomer("carla.twice");
  const again = await ask("/register", { ...account, username: "CARLA.twice", email: "other@example.org" });
  assert.equal(again.code, "username_used");
  const carla = await byHandshake(account, "websocket");
  t.after(() => carla.close());
  assert.deepEqual(await carla.ask("/contacts"), []);
});
