/** Somebody who talks without a page, by the official client: for whatever a page would be slow to do. */

import { io } from "socket.io-client";
import { password, post } from "./accounts.js";

/** As many events as a connection may have under way, and some to spare. */
const atOnce = 200;

export class Talker {
  static async logIn(server, username) {
    const talker = new Talker();
    talker.server = server;
    talker.username = username;
    talker.socket = io(server.origin, { transports: ["websocket"], forceNew: true });
    const session = await talker.ask("login", { login: username, hash: password });
    talker.id = session.id;
    return talker;
  }

  async ask(event, data) {
    const ack = await this.socket.emitWithAck(event, data);
    if (!ack.ok) throw new Error(`${event}: ${ack.code}`);
    return ack;
  }

  async idOf({ username }) {
    const found = await post(this.server, "/search/users", { user_name: username });
    return found.find((one) => one.username === username).id;
  }

  async send(other, content, content_type = "text") {
    const to_id = await this.idOf(other);
    return this.ask("messeage", { user_id: this.id, to_id, content, content_type });
  }

  /** In this order. */
  async sendAll(other, texts) {
    const to_id = await this.idOf(other);
    for (let from = 0; from < texts.length; from += atOnce) {
      const some = texts.slice(from, from + atOnce);
      await Promise.all(some.map((content) => this.ask("messeage", { user_id: this.id, to_id, content })));
    }
  }

  leave() {
    this.socket.disconnect();
  }
}
