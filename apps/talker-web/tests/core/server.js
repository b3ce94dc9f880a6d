/** The real server, on a port and a folder of its own; it can be killed and come back. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const binary = process.env.TALKER_BINARY ?? "../../target/release/talker-server";

export class Server {
  #folder = mkdtempSync(join(tmpdir(), "talker-core-"));
  #process;

  static async start() {
    const server = new Server();
    [server.port, server.adminPort] = await Promise.all([freePort(), freePort()]);
    server.origin = `http://127.0.0.1:${server.port}`;
    await server.run();
    return server;
  }

  async run() {
    const listen = ["--listen", `127.0.0.1:${this.port}`, "--admin-listen", `127.0.0.1:${this.adminPort}`];
    this.#process = spawn(binary, [...listen, "--data-dir", this.#folder], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines = createInterface({ input: this.#process.stdout });
    this.#process.stderr.resume();
    for await (const line of lines) if (line.includes("listens on")) break;
    this.#process.stdout.resume();
  }

  async kill() {
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }

  async end() {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }

  /** Opens an account by way of the core, and of the link in the mail. */
  async confirm(username) {
    const mail = await this.#mailTo(username);
    const [, id, uuid] = /id=(\d+)&uuid=([\w-]+)/.exec(mail);
    const answer = await fetch(`${this.origin}/register/confirm`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id, uuid }),
    });
    return (await answer.json()).code;
  }

  async #mailTo(username) {
    const folder = join(this.#folder, "mails");
    for (let tries = 0; tries < 100; tries += 1) {
      const mails = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
      const texts = mails.map((entry) =>
        readFileSync(join(folder, entry.name), "utf8").replaceAll("=\r\n", ""),
      );
      const found = texts.find((text) => text.includes(`${username}@example.org`));
      if (found) return found.replaceAll("=3D", "=");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no mail to ${username}`);
  }
}

async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  return port;
}
