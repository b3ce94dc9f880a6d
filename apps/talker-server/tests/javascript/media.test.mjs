// Media of each kind, small and large, byte for byte.

import assert from "node:assert/strict";
import { test } from "node:test";
import { annaAndBenno, transports } from "./people.mjs";

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const media = { photo: "image/png", video: "video/mp4", audio: "audio/ogg;codecs=opus", file: "application/x-anything" };
const mib = 1024 * 1024;

/** Compares without printing megabytes where they differ. */
const same = (one, other, what) => assert.ok(one === other, `${what}: not what was sent`);

for (const kind of Object.keys(transports)) {
  test(`media of each kind arrive as they were sent by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    for (const [content_type, mime] of Object.entries(media)) {
      const content = `data:${mime};base64,${everyByte.toString("base64")}`;
      const echo = await anna.say(benno.id, content, content_type);
      assert.equal(echo.content_type, content_type);
      assert.deepEqual(await benno.next("messeage"), echo);
      await anna.next("notified");
    }
    const percent = [...everyByte].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    anna.emit("messeage", { to_id: benno.id, content: `data:text/plain,${percent}`, content_type: "file" });
    assert.equal((await benno.next("messeage")).content, `data:text/plain;base64,${everyByte.toString("base64")}`);
    const page = await benno.ask("/messeages", { with_id: anna.id });
    assert.deepEqual(page.messeages.map((message) => message.content_type), ["file", "file", "audio", "video", "photo"]);
    const [contact] = await benno.ask("/contacts");
    assert.deepEqual([contact.content_type, contact.unread], ["file", 5]);
  });

  test(`a photo of several megabytes arrives as it was sent by ${kind}`, async (t) => {
    const [anna, benno] = await annaAndBenno(t, kind);
    const content = `data:image/jpeg;base64,${Buffer.alloc(4 * mib, everyByte).toString("base64")}`;
    anna.emit("messeage", { to_id: benno.id, content, content_type: "photo" });
    same((await anna.next("messeage")).content, content, "the echo");
    same((await benno.next("messeage")).content, content, "the delivery");
    const page = await benno.ask("/messeages", { with_id: anna.id });
    same(page.messeages[0].content, content, "the history");
  });
}

test("the largest photo fits, and one byte more is refused with the connection staying", async (t) => {
  const [anna] = await annaAndBenno(t, "websocket");
  for (const [length, event] of [[8 * mib, "messeage"], [8 * mib + 1, "error"]]) {
    const content = `data:image/jpeg;base64,${Buffer.alloc(length).toString("base64")}`;
    anna.emit("messeage", { to_id: anna.id, content, content_type: "photo" });
    const answer = await anna.next(event);
    same(event === "error" ? answer : answer.content, event === "error" ? 413 : content, event);
  }
  await anna.next("notified");
  await anna.heardNothingElse();
});
