/** The line between one tab and the server: it can be cut, mended, stalled, and made deaf to what the server says. */

import { once } from "node:events";
import { connect, createServer } from "node:net";

export class Line {
  #ends = new Set();
  #isCut = false;
  isDeaf = false;

  static async to(origin) {
    const line = new Line();
    const { port } = new URL(origin);
    const listener = createServer((near) => line.#join(near, connect(Number(port), "127.0.0.1")));
    await once(listener.listen(0, "127.0.0.1"), "listening");
    listener.unref();
    line.origin = `http://127.0.0.1:${listener.address().port}`;
    return line;
  }

  cut() {
    this.#isCut = true;
    for (const end of this.#ends) end.destroy();
  }

  /** The connections that there are carry nothing until it is mended; others do. */
  stall() {
    for (const end of this.#ends) end.pause();
  }

  mend() {
    this.#isCut = false;
    this.isDeaf = false;
    for (const end of this.#ends) end.resume();
  }

  /** What the server says is lost from now on. */
  deafen() {
    this.isDeaf = true;
  }

  #join(near, far) {
    if (this.#isCut) near.destroy();
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => {
      if (this.isDeafTo?.(bytes)) this.deafen();
      if (!this.isDeaf) near.write(bytes);
    });
    for (const [end, other] of [
      [near, far],
      [far, near],
    ]) {
      this.#ends.add(end);
      end.on("error", () => {});
      end.on("close", () => {
        this.#ends.delete(end);
        other.destroy();
      });
    }
  }
}
