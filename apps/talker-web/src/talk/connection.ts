/** The one connection to the server: kept up as long as it is wanted, with growing pauses between attempts. */

import { computed, signal } from "@preact/signals";
import { io } from "socket.io-client";
import { failure } from "./failure";
import type { Link } from "./model";
import { doubtSilence, noteHeard } from "./silence";
import { acceptedFrom } from "./wire";

/** Pauses grow from half a second to ten, each by chance half as long to half as long again. */
const firstPause = 500;
const longestPause = 10_000;

/** What the slowest line takes that is worth waiting for. */
const slowestBytesPerMs = 20;

/** How long an answer may take, in milliseconds, and how much there is to carry before it. */
interface Terms {
  readonly patience?: number;
  readonly bytes?: number;
}

const socket = io(location.origin, {
  autoConnect: false,
  // The pauses are kept here, so that people can be shown when the next attempt begins, and cut it short.
  reconnection: false,
  transports: ["websocket", "polling"],
  tryAllTransports: true,
  timeout: 10_000,
});

/** Whether the session is taken up again and everything known is up to date. */
export const live = signal(false);
export const nextAttempt = signal<Date | null>(null);
const connected = signal(false);
const wanted = signal(false);
const network = signal(navigator.onLine !== false);

export const link = computed<Link>(() => {
  if (!network.value) return "offline";
  return connected.value || !wanted.value ? "online" : "connecting";
});

let attempts = 0;
let bytesUnderWay = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function connect(): void {
  wanted.value = true;
  begin();
}

export function disconnect(): void {
  wanted.value = false;
  attempts = 0;
  pause(null);
  socket.disconnect();
}

/** Begins another connection in place of this one. */
export function reconnect(): void {
  socket.disconnect();
  if (wanted.peek()) begin();
}

/** Ends this connection, which came to nothing; the next one begins after the usual pause. */
export function reconnectLater(): void {
  if (socket.connected) socket.disconnect();
  else postpone();
}

/** Tries at once what was to be tried later. */
export function connectNow(): void {
  if (wanted.peek() && !socket.connected) begin();
}

/** The session is up: pauses begin small again. */
export function settle(): void {
  attempts = 0;
  live.value = true;
}

/** Resolves when connected, and rejects when the attempt under way fails. */
export function whenConnected(): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.connected) resolve();
    socket.once("connect", resolve);
    socket.once("connect_error", () => reject(failure("offline")));
  });
}

/** Resolves when live; rejects with `offline` when that takes too long. */
export function whenLive(patience = 10_000): Promise<void> {
  if (live.peek()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = live.subscribe((is) => {
      if (is) finish(resolve);
    });
    const late = setTimeout(() => finish(() => reject(failure("offline"))), patience);
    function finish(how: () => void): void {
      clearTimeout(late);
      stop();
      how();
    }
  });
}

/** Sends an event and gives what its acknowledgement says. Without one in time it is `offline`. */
export async function request(
  event: string,
  data: object,
  { patience = 15_000, bytes = 0 }: Terms = {},
): Promise<Record<string, unknown>> {
  if (!socket.connected) throw failure("offline");
  bytesUnderWay += bytes;
  const allowance = bytesUnderWay / slowestBytesPerMs;
  const stopDoubting = doubtSilence(allowance, reconnectLater);
  try {
    return acceptedFrom(
      await socket
        .timeout(patience + allowance)
        .emitWithAck(event, data)
        .catch(throwOffline),
    );
  } finally {
    bytesUnderWay -= bytes;
    stopDoubting();
  }
}

/** Sends an event that may as well be lost. */
export function tell(event: string, data: object): void {
  if (socket.connected) socket.emit(event, data);
}

export function onEvent(event: string, handle: (data: unknown) => void): void {
  socket.on(event, handle);
}

/** How many bytes wait to leave this machine, where the transport tells. */
export function bytesWaiting(): number | null {
  const transport: unknown = socket.io.engine?.transport;
  const waiting = (transport as { ws?: { bufferedAmount?: unknown } } | undefined)?.ws?.bufferedAmount;
  return typeof waiting === "number" ? waiting : null;
}

socket.io.on("packet", noteHeard);
socket.io.on("ping", noteHeard);
socket.on("connect", () => {
  connected.value = true;
});
socket.on("connect_error", postpone);
socket.on("disconnect", () => {
  connected.value = false;
  live.value = false;
  postpone();
});

addEventListener("online", () => {
  network.value = true;
  connectNow();
});
// A page in the background may have slept through its turn.
addEventListener("focus", connectNow);
addEventListener("offline", () => {
  network.value = false;
});

function throwOffline(): never {
  throw failure("offline");
}

function begin(): void {
  pause(null);
  socket.connect();
}

function postpone(): void {
  if (!wanted.peek()) return;
  const longest = Math.min(firstPause * 2 ** attempts, longestPause);
  attempts += 1;
  pause(longest * (0.5 + Math.random()));
}

function pause(length: number | null): void {
  clearTimeout(timer);
  nextAttempt.value = length === null ? null : new Date(Date.now() + length);
  if (length !== null) timer = setTimeout(begin, length);
}
