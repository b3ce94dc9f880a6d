/** The real server, on a port and a folder of its own; it can be killed and come back. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const binary = process.env.TALKER_BINARY ?? "../../target/release/talker-server";

export class Server {
  #folder = mkdtempSync(join(tmpdir(), "talker-core-"));
  #backup;
  #process;

  static async start(...options) {
    const server = new Server();
    server.options = options;
    [server.port, server.adminPort] = await Promise.all([freePort(), freePort()]);
    server.origin = `http://127.0.0.1:${server.port}`;
    await server.run();
    return server;
  }

  async run() {
    const listen = ["--listen", `127.0.0.1:${this.port}`, "--admin-listen", `127.0.0.1:${this.adminPort}`];
    this.#process = spawn(binary, [...listen, "--data-dir", this.#folder, ...this.options], {
      // What tests do in a second nobody else does in an hour.
      env: { ...process.env, TALKER_RATE_LIMITS: "off" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const lines = createInterface({ input: this.#process.stderr });
    for await (const line of lines) if (line.includes("listens on")) break;
    this.#process.stderr.resume();
  }

  async kill() {
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }

  /** It stays where it is, with every connection open, and does nothing. */
  freeze() {
    this.#process.kill("SIGSTOP");
  }

  thaw() {
    this.#process.kill("SIGCONT");
  }

  /** A backup of what is on disk now. */
  backUp() {
    this.#backup = mkdtempSync(join(tmpdir(), "talker-core-backup-"));
    cpSync(this.#folder, this.#backup, { recursive: true });
  }

  /** What happened since the backup never happened. */
  restore() {
    rmSync(this.#folder, { recursive: true });
    this.#folder = this.#backup;
  }

  async end() {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }

  /** Opens an account by way of the core, and of the link in the mail. */
  async confirm(username) {
    const answer = await fetch(`${this.origin}/register/confirm`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(await this.linkFor(username)),
    });
    return (await answer.json()).code;
  }

  /** What the link in the mail to this person holds. */
  async linkFor(username, path = "/register/confirm") {
    const pattern = new RegExp(`${path}\\?id=(\\d+)&uuid=([\\w-]+)`);
    for (let tries = 0; tries < 100; tries += 1) {
      const mails = this.#mails().filter((text) => text.includes(`${username}@example.org`));
      const link = mails.map((mail) => pattern.exec(mail)).find((found) => found);
      if (link) return { id: link[1], uuid: link[2] };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no mail to ${username}`);
  }

  #mails() {
    const folder = join(this.#folder, "mails");
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")) : [];
    return names.map((name) => unquote(readFileSync(join(folder, name), "utf8")));
  }
}

/** Undoes what the mail's encoding does to a link. */
function unquote(mail) {
  return mail.replaceAll("=\r\n", "").replaceAll("=3D", "=");
}

async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  return port;
}
