// The official client in somebody else's hands: emits what comes on standard input, and says on standard output what it
// hears; both as lines of JSON, `[event, data]`.

import { createInterface } from "node:readline";
import { io } from "socket.io-client";
import { transports } from "./people.mjs";

const { TALKER_URL: url, TALKER_TRANSPORT: kind, TALKER_LOGIN: login, TALKER_HASH: hash } = process.env;

const socket = io(url, { transports: transports[kind], reconnection: false, auth: { login, hash } });
const say = (event, data) => console.log(JSON.stringify([event, data]));
socket.onAny(say);
socket.on("connect_error", (error) => say("connect_error", error.message));
socket.on("disconnect", (reason) => say("disconnect", reason));

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => socket.emit(...JSON.parse(line)));
lines.on("close", () => socket.close());
