// Order: of many messages at once, of what waited, and around a transport's change.

import assert from "node:assert/strict";
import { test } from "node:test";
import { annaAndBenno, byHandshake, settledTransport, transports } from "./people.mjs";

/** How many messages are sent, and how many of them are under way at once. */
const many = 2_000;
const window = 200;

for (const kind of Object.keys(transports)) {
  test(`${many} pipelined messages keep their order by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const ids = [];
    for (let number = 0; number < many + window; number++) {
      if (number < many) anna.emit("messeage", { to_id: benno.id, content: `number ${number}` });
      if (number < window) continue;
      const [echo, delivery] = [await anna.next("messeage"), await benno.next("messeage")];
      assert.equal(echo.content, `number ${number - window}`);
      assert.deepEqual(delivery, echo);
      ids.push(echo.id);
    }
    assert.ok(ids.every((id, place) => place === 0 || id > ids[place - 1]));
    const notified = new Set();
    while (notified.size < many) notified.add((await anna.next("notified")).messeage_id);
    assert.deepEqual([...notified].sort((one, other) => one - other), ids);
    await anna.heardNothingElse();
    await benno.heardNothingElse();
  });

  test(`what waited comes with the next connection, in order, by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    benno.close();
    assert.equal(await benno.next("disconnect"), "io client disconnect");
    await benno.forgotten();
    const expected = [];
    for (let number = 0; number < 300; number++) expected.push(await anna.say(benno.id, `number ${number}`));
    await anna.heardNothingElse();

    benno.socket.auth = { login: benno.account.username, hash: benno.account.hash };
    benno.socket.connect();
    assert.notEqual((await benno.next("address")).address, benno.clientAddress);
    await benno.loggedIn();
    for (const message of expected) assert.deepEqual(await benno.next("messeage"), message);
    await benno.heardNothingElse();
  });

  test(`a client that lost its connection comes back by itself by ${kind}`, async (t) => {
    const [anna, first] = await annaAndBenno(t, kind);
    first.close();
    await first.forgotten();
    const benno = await byHandshake(first.account, kind, { reconnection: true, reconnectionDelay: 1, reconnectionDelayMax: 1 });
    t.after(() => benno.close());
    for (let round = 0; round < 3; round++) {
      await settledTransport(benno, kind);
      const before = benno.clientAddress;
      benno.socket.io.engine.close();
      await benno.next("disconnect");
      await benno.next("address");
      await benno.loggedIn();
      assert.notEqual(benno.clientAddress, before);
      const echo = await anna.say(benno.id, `round ${round}`);
      assert.deepEqual(await benno.next("messeage"), echo);
      await anna.next("notified");
    }
  });
}
