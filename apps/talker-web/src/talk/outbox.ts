/** Sends messages in their order, one at a time, until the server has acknowledged each: exactly once, by its nonce. */

import { batch, signal } from "@preact/signals";
import { live, request } from "./connection";
import { listPerson } from "./contacts";
import { isListed } from "./conversations";
import { failure, failureOf } from "./failure";
import { applyStored } from "./log";
import type { Draft, Failure } from "./model";
import { dropUnsent, keepUnsent, type Unsent, unsentOf } from "./outbox-store";
import {
  change,
  clearQueue,
  dequeue,
  enqueue,
  firstWaiting,
  type Pending,
  pendingOf,
  restoreQueue,
} from "./pending";
import { personOf } from "./people";
import { session } from "./session";
import { watchUpload } from "./upload";
import { rowFrom } from "./wire";

/** Pauses after what may succeed later. */
const firstPause = 1000;
const longestPause = 30_000;

/** What another try may help against. */
const passing = new Set(["offline", "busy", "rate_limited", "unauthenticated"]);
/** Whoever is to wait longer decides for himself: other messages are not to wait behind this one. */
const longestWait = 30_000;

/** Whether what waits does so because the server found it too fast. */
export const tooFast = signal(false);

/** Nothing is sent before what was kept is known: that goes first. */
let isLoaded = false;
let underWay = false;
let tries = 0;
let lastDate = 0;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Takes up what this user had not sent when the page was left. */
export async function loadOutbox(): Promise<void> {
  const user = session()?.id;
  if (user === undefined) return;
  isLoaded = false;
  const kept = await unsentOf(user);
  if (session()?.id !== user) return;
  for (const { person } of kept) if (person) listPerson(person);
  restoreQueue(kept);
  lastDate = Math.max(lastDate, kept.at(-1)?.date ?? 0);
  isLoaded = true;
  pump();
}

export async function send(peer: number, draft: Draft): Promise<void> {
  const user = session()?.id;
  if (user === undefined) throw failure("unauthenticated");
  const person = personOf(peer);
  const unsent = { nonce: newNonce(), user, peer, ...(person && { person }), ...draft, date: nextDate() };
  if (person && !isListed(peer)) listPerson(person);
  enqueue(unsent);
  pump();
  await keepUnsent(unsent);
  // It may have been sent before it was kept.
  if (!pendingOf(unsent.nonce)) await dropUnsent(unsent.nonce);
}

export function retry(nonce: string): void {
  const pending = pendingOf(nonce);
  if (pending?.progress !== "failed") return;
  const { failure: _, ...unsent } = pending.unsent;
  change(pending, { progress: "waiting", unsent });
  void keepUnsent(unsent);
  pumpNow();
}

export function discard(nonce: string): void {
  const pending = pendingOf(nonce);
  if (pending?.progress === "failed") finish(pending);
}

/** Forgets what this user has not sent, for good. */
export async function emptyOutbox(user: number): Promise<void> {
  clearQueue();
  for (const { nonce } of await unsentOf(user)) await dropUnsent(nonce);
}

live.subscribe((is) => {
  if (is) pumpNow();
  else tooFast.value = false;
});

function pumpNow(): void {
  clearTimeout(resting);
  resting = undefined;
  pump();
}

function pump(): void {
  const next = firstWaiting();
  if (!next) tooFast.value = false;
  if (!isLoaded || underWay || resting !== undefined || !next || !live.peek()) return;
  underWay = true;
  void attempt(next).finally(() => {
    underWay = false;
    pump();
  });
}

async function attempt(pending: Pending): Promise<void> {
  const { unsent } = pending;
  change(pending, { progress: "sending", tried: true });
  const stopWatching = watchUpload(unsent.content.length, (uploaded) => change(pending, { uploaded }));
  try {
    const answer = await request("messeage", eventOf(unsent), { bytes: unsent.content.length });
    tries = 0;
    const row = rowFrom(answer.messeage);
    batch(() => {
      if (row) applyStored(row, pending.echo === null ? unsent.nonce : undefined);
      finish(pending);
    });
  } catch (fault) {
    unsettle(pending, failureOf(fault));
  } finally {
    stopWatching();
  }
}

function eventOf({ user, peer, content, kind, nonce }: Unsent): object {
  return { user_id: user, to_id: peer, content, content_type: kind, nonce };
}

function finish(pending: Pending): void {
  dequeue(pending);
  void dropUnsent(pending.unsent.nonce);
}

function unsettle(pending: Pending, why: Failure): void {
  if (passing.has(why.code) && (why.retryAfter ?? 0) <= longestWait) {
    change(pending, { progress: "waiting", uploaded: undefined });
    if (live.peek()) rest(why.retryAfter ?? 0);
    tooFast.value = live.peek() && why.code === "rate_limited";
    return;
  }
  const unsent = { ...pending.unsent, failure: why };
  change(pending, { progress: "failed", uploaded: undefined, unsent, echo: null });
  if (pendingOf(unsent.nonce)) void keepUnsent(unsent);
}

function rest(atLeast: number): void {
  const pause = Math.min(firstPause * 2 ** tries, longestPause);
  tries += 1;
  resting = setTimeout(pumpNow, Math.max(atLeast, pause * (0.5 + Math.random())));
}

function nextDate(): number {
  lastDate = Math.max(Date.now(), lastDate + 1);
  return lastDate;
}

/** `crypto.randomUUID` would do, but a page that came over plain HTTP has none. */
function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
