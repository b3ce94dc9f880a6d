/** A line between a page and the server that carries only so many bytes a second towards the server. */

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Transform } from "node:stream";

/** So often a second something passes. */
const steps = 20;

export async function slowLine(origin, bytesPerSecond) {
  const { port } = new URL(origin);
  const listener = createServer((near) => {
    const far = connect(Number(port), "127.0.0.1");
    for (const end of [near, far]) end.on("error", () => {});
    near.pipe(brake(bytesPerSecond)).pipe(far);
    far.pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await once(listener.listen(0, "127.0.0.1"), "listening");
  listener.unref();
  return `http://127.0.0.1:${listener.address().port}`;
}

/** Small pieces take no time, so that only what is large is slow. */
const brake = (bytesPerSecond) =>
  new Transform({
    transform(bytes, _, done) {
      this.waiting = (this.waiting ?? 0) + bytes.length;
      this.push(bytes);
      if (this.waiting < bytesPerSecond / steps) return done();
      const pause = (1000 * this.waiting) / bytesPerSecond;
      this.waiting = 0;
      setTimeout(done, pause);
    },
  });
