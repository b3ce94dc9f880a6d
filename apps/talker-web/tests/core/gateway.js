/** What stands before a server: it passes everything on, or answers itself. */

import { once } from "node:events";
import { createServer, request } from "node:http";
import { connect } from "node:net";

export class Gateway {
  /** What it answers to the next requests, instead of the server. */
  answers = [];

  static async before(server) {
    const gateway = new Gateway();
    gateway.server = server;
    const { port } = server;
    const listener = createServer((asked, answer) => {
      const own = asked.url.startsWith("/socket.io/") ? undefined : gateway.answers.shift();
      if (own) answer.writeHead(own.status, own.headers).end(own.body);
      else pass(asked, answer, port);
    });
    listener.on("upgrade", (asked, near) => join(asked, near, connect(port, "127.0.0.1")));
    await once(listener.listen(0, "127.0.0.1"), "listening");
    listener.unref();
    gateway.port = listener.address().port;
    gateway.origin = `http://127.0.0.1:${gateway.port}`;
    return gateway;
  }

  confirm(username) {
    return this.server.confirm(username);
  }
}

function pass(asked, answer, port) {
  const { method, url: path, headers } = asked;
  const onward = request({ host: "127.0.0.1", port, method, path, headers }, (told) => {
    answer.writeHead(told.statusCode, told.headers);
    told.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  asked.pipe(onward);
}

function join({ method, url, rawHeaders }, near, far) {
  const headers = rawHeaders.map((word, n) => (n % 2 === 0 ? `${word}: ` : `${word}\r\n`)).join("");
  far.write(`${method} ${url} HTTP/1.1\r\n${headers}\r\n`);
  near.pipe(far).pipe(near);
  for (const [end, other] of [
    [near, far],
    [far, near],
  ]) {
    end.on("error", () => {});
    end.on("close", () => other.destroy());
  }
}
