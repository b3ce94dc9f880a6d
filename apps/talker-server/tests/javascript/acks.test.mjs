// The extensions, by the official client: acknowledgement callbacks, resuming by handshake, and following the log.

import assert from "node:assert/strict";
import { test } from "node:test";
import { annaAndBenno, Person, transports } from "./people.mjs";

/** Emits in the person's name, and returns the acknowledgement. */
const call = (person, event, data) => person.socket.timeout(30_000).emitWithAck(event, { user_id: person.id, ...data });

for (const kind of Object.keys(transports)) {
  test(`events are acknowledged by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const message = { to_id: benno.id, content: "once", nonce: "n1" };
    const stored = await call(anna, "messeage", message);
    const echo = await anna.next("messeage");
    assert.deepEqual(stored, { ok: true, messeage: echo });
    await benno.next("messeage");
    assert.equal((await call(anna, "messeage", message)).messeage.id, echo.id);
    assert.equal((await call(anna, "messeage", { ...message, content: "twice" })).error, 409);
    const read = await call(benno, "read", { messeage_id: echo.id });
    assert.deepEqual({ ok: true, ...(await anna.next("read")) }, read);
    const refused = await call(anna, "block_user", { blocked_id: anna.id });
    assert.deepEqual([refused.ok, refused.error, refused.code], [false, 422, "refused"]);
    assert.deepEqual(await call(anna, "logout", {}), { ok: true });
    assert.equal((await call(anna, "read", { messeage_id: echo.id })).error, 401);
  });

  test(`every event of a burst is acknowledged, also those that found no room, by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const burst = Array.from({ length: 1_500 }, (_, number) => `${number}`);
    const acks = await Promise.all(burst.map((content) => call(anna, "messeage", { to_id: benno.id, content })));
    const refused = acks.filter(({ ok }) => !ok);
    assert.ok(refused.every(({ error, retry_after_ms }) => error === 429 && retry_after_ms === 1_000));
    const stored = acks.filter(({ ok }) => ok).map(({ messeage }) => messeage.content);
    assert.deepEqual(stored, burst.filter((_, number) => acks[number].ok));
    assert.ok(stored.length > 0);
  });

  test(`a session is resumed by handshake, and the log is followed, by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const auth = { user_id: benno.id, clientAddress: benno.clientAddress, after: 0 };
    const before = await anna.say(benno.id, "before");
    const again = new Person(benno.account, kind, { auth });
    t.after(() => again.close());
    const { address } = await again.next("address");
    await again.loggedIn();
    assert.equal(again.clientAddress, address);
    const first = await again.next("messeage");
    assert.deepEqual([first.id, first.seq], [before.id, 1]);
    benno.emit("messeage", { to_id: anna.id, content: "who am I?" });
    assert.equal(await benno.next("auth"), false);
    const live = await anna.say(benno.id, "live");
    assert.deepEqual(await again.next("messeage"), { ...live, seq: 2 });
    const page = await call(again, "sync", { after: 1, limit: 1 });
    assert.deepEqual([page.ok, page.events[0].seq, page.head, page.all], [true, 2, 2, true]);
  });
}
