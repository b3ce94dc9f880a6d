/** A line between a page and the server: it can be slow, and it can keep the page's connection away. */

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Transform } from "node:stream";

/** So often a second something passes a slow line. */
const steps = 20;

export class Line {
  /** Whether only pages and requests come through, and nothing that stays open. */
  isCut = false;
  #open = new Set();

  /** `speed` is how many bytes a second pass towards the server. */
  static async to({ port }, speed = Number.POSITIVE_INFINITY) {
    const line = new Line();
    const listener = createServer((near) => line.#join(near, connect(port, "127.0.0.1"), speed));
    await once(listener.listen(0, "127.0.0.1"), "listening");
    listener.unref();
    line.origin = `http://127.0.0.1:${listener.address().port}`;
    return line;
  }

  /** Cuts it under whoever talks. */
  breakOff() {
    this.isCut = true;
    for (const near of this.#open) near.destroy();
  }

  #join(near, far, speed) {
    this.#open.add(near);
    for (const end of [near, far]) end.on("error", () => {});
    near.on("data", (bytes) => {
      if (this.isCut && bytes.includes(" /socket.io/")) near.destroy();
    });
    near.pipe(brake(speed)).pipe(far);
    far.pipe(near);
    near.on("close", () => {
      this.#open.delete(near);
      far.destroy();
    });
    far.on("close", () => near.destroy());
  }
}

/** Small pieces take no time, so that only what is large is slow. */
const brake = (speed) =>
  new Transform({
    transform(bytes, _, done) {
      this.waiting = (this.waiting ?? 0) + bytes.length;
      this.push(bytes);
      if (this.waiting < speed / steps) return done();
      const pause = (1000 * this.waiting) / speed;
      this.waiting = 0;
      setTimeout(done, pause);
    },
  });
