// Whatever the official client can be made to emit: `error` 400, and the connection stays.

import assert from "node:assert/strict";
import { test } from "node:test";
import { annaAndBenno, transports } from "./people.mjs";

const noObjects = [undefined, null, true, 0, -1.5, NaN, "text", "", [], [[]], [null], new Date(0), {}, Object.create(null)];
const noIds = [
  undefined, null, true, false, 0, -1, 1.5, NaN, Infinity, 2 ** 53, 1e21, "", " ", "0", "05", "-1", "1.5", "1e3", "0x10",
  "٥", "9007199254740992", [], [5], {}, { id: 5 },
];
const noTexts = [undefined, null, true, 5, "", [], ["text"], {}, { toString: "text" }];
const polluted = JSON.parse('{"__proto__": {"user_id": 1}, "constructor": {"prototype": {"user_id": 1}}}');

for (const kind of Object.keys(transports)) {
  test(`malformed events are answered by 400 by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const message = { user_id: anna.id, to_id: benno.id, content: "psst", content_type: "text" };
    const fields = {
      messeage: message,
      read: { user_id: anna.id, messeage_id: 5 },
      type: { user_id: anna.id, to_id: benno.id },
      block_user: { user_id: anna.id, blocked_id: benno.id },
      unlock_user: { user_id: anna.id, blocked_id: benno.id },
      login: { login: anna.account.username, hash: "not her hash" },
    };
    const cases = [];
    for (const [event, data] of Object.entries(fields)) {
      for (const bad of [...noObjects, polluted, Object.values(data), [data]]) cases.push([event, bad]);
      cases.push([event]);
      for (const [field, good] of Object.entries(data)) {
        const isId = typeof good === "number";
        const bads = isId ? noIds : noTexts;
        // What may be left out may be undefined, and no name is an empty text that nobody has.
        const may = (bad) => (field === "content_type" && bad === undefined) || (field === "login" && bad === "");
        for (const bad of bads.filter((bad) => !may(bad))) cases.push([event, { ...data, [field]: bad }]);
      }
    }
    for (const bad of ["Text", "sticker", "photo"]) cases.push(["messeage", { ...message, content_type: bad }]);
    for (const bad of ["data:text/plain,x", "http://example.org/x.png", "data:image/png;base64,*"]) {
      cases.push(["messeage", { ...message, content: bad, content_type: "photo" }]);
    }
    for (const [event, ...data] of cases) {
      anna.socket.emit(event, ...data);
      assert.equal(await anna.next("error"), 400, `${event} ${JSON.stringify(data)}`);
    }
    await anna.heardNothingElse();
    await benno.heardNothingElse();
    assert.deepEqual(await anna.ask("/contacts"), []);
    assert.deepEqual(await anna.ask("/blocked/users"), []);
  });

  test(`unknown events and attachments are answered by 400 by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const message = { user_id: anna.id, to_id: benno.id, content: "psst" };
    for (const event of ["", "message", "Messeage", "__proto__", "constructor", "toString", "error", "address", "😀"]) {
      anna.socket.emit(event, message);
      assert.equal(await anna.next("error"), 400, event);
    }
    const bytes = Buffer.from("bytes");
    for (const data of [bytes, new Uint8Array(0), [bytes], { ...message, content: bytes }, { ...message, more: [bytes, bytes] }]) {
      anna.socket.emit("messeage", data);
      assert.equal(await anna.next("error"), 400);
    }
    anna.socket.emit("messeage", message, bytes);
    assert.equal(await anna.next("error"), 400);
    await anna.heardNothingElse();
    await benno.heardNothingElse();
  });

  test(`what is more than is asked for is ignored by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const message = { user_id: String(anna.id), to_id: benno.id, content: "hello", ...polluted, notified: 1, id: 1 };
    anna.socket.emit("messeage", message, "more", null, { user_id: benno.id });
    const echo = await anna.next("messeage");
    assert.deepEqual(await benno.next("messeage"), echo);
    assert.deepEqual([echo.from_user, echo.notified, echo.id === 1], [anna.id, 0, false]);
    await anna.next("notified");
    anna.socket.emit("logout", null, "more");
    await anna.heardNothingElse();
    assert.equal((await anna.ask("/contacts")).code, "unauthenticated");
  });

  test(`ids of nobody are answered by 404 by ${kind}`, async (t) => {
    const [anna] = await annaAndBenno(t, kind);
    const nobody = Number.MAX_SAFE_INTEGER;
    for (const [event, data] of [
      ["messeage", { to_id: nobody, content: "hello" }],
      ["read", { messeage_id: nobody }],
      ["type", { to_id: nobody }],
      ["block_user", { blocked_id: nobody }],
      ["unlock_user", { blocked_id: nobody }],
    ]) {
      anna.emit(event, data);
      assert.equal(await anna.next("error"), 404, event);
    }
    await anna.heardNothingElse();
    assert.deepEqual(await anna.ask("/contacts"), []);
  });
}
