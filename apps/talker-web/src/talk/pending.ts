/** Messages of mine that the server has not acknowledged yet, as the page shows them. */

import { signal } from "@preact/signals";
import { setPendingOfConversation } from "./conversations";
import type { Message, Progress } from "./model";
import type { Unsent } from "./outbox-store";
import { setPendingOfThread } from "./threads";
import type { Row } from "./wire";

export interface Pending {
  unsent: Unsent;
  progress: Extract<Progress, "waiting" | "sending" | "failed">;
  uploaded: number | undefined;
  /** Whether the server may know it already. */
  tried: boolean;
  /** The id of the row that came back and is shown in its place. */
  echo: number | null;
}

/** How many wait to be sent; what failed does not wait. */
export const unsentCount = signal(0);

let queue: Pending[] = [];

export function clearQueue(): void {
  const peers = new Set(queue.map(({ unsent }) => unsent.peer));
  queue = [];
  for (const peer of peers) showPending(peer);
}

/** Puts what was kept before what is new since. */
export function restoreQueue(kept: readonly Unsent[]): void {
  const earlier = kept.filter(({ nonce }) => !pendingOf(nonce)).map(pendingFrom);
  // What was under way when the page was left may have arrived.
  if (earlier[0]) earlier[0].tried = true;
  queue = [...earlier, ...queue];
  showAllPending();
}

export function enqueue(unsent: Unsent): void {
  queue.push(pendingFrom(unsent));
  showPending(unsent.peer);
}

export function dequeue(pending: Pending): void {
  queue = queue.filter((one) => one !== pending);
  showPending(pending.unsent.peer);
}

export function change(pending: Pending, changes: Partial<Pending>): void {
  Object.assign(pending, changes);
  showPending(pending.unsent.peer);
}

/** What is to be sent next. What failed lets the others pass. */
export function firstWaiting(): Pending | undefined {
  return queue.find(({ progress }) => progress === "waiting");
}

export function pendingOf(nonce: string): Pending | undefined {
  return queue.find(({ unsent }) => unsent.nonce === nonce);
}

/**
 * The key of the message that this row is the echo of, which comes before the acknowledgement. Rows carry no nonce, so
 * what they hold has to tell; if that was somebody else's equal message, the acknowledgement puts it right.
 */
export function claimEcho(row: Row): string | undefined {
  const claimed = queue.find((pending) => mayHaveArrived(pending) && isSame(pending.unsent, row));
  if (!claimed) return undefined;
  change(claimed, { echo: row.id });
  return claimed.unsent.nonce;
}

export function showPending(peer: number): void {
  const shown = queue.filter(({ unsent, echo }) => unsent.peer === peer && echo === null).map(messageOf);
  setPendingOfThread(peer, shown);
  setPendingOfConversation(peer, shown.at(-1) ?? null);
  unsentCount.value = queue.filter(({ progress }) => progress !== "failed").length;
}

/** Shows it in a list of conversations that is new. */
export function showAllPending(): void {
  for (const peer of new Set(queue.map(({ unsent }) => unsent.peer))) showPending(peer);
}

function pendingFrom(unsent: Unsent): Pending {
  const progress = unsent.failure ? "failed" : "waiting";
  return { unsent, progress, uploaded: undefined, tried: false, echo: null };
}

function mayHaveArrived({ tried, echo, progress }: Pending): boolean {
  return tried && echo === null && progress !== "failed";
}

function isSame(unsent: Unsent, row: Row): boolean {
  return unsent.peer === row.to && unsent.kind === row.kind && unsent.content === row.content;
}

function messageOf({ unsent, progress, uploaded }: Pending): Message {
  const { nonce, peer, kind, content, date, failure } = unsent;
  return {
    key: nonce,
    id: null,
    peer,
    mine: true,
    kind,
    content,
    date: new Date(date),
    progress,
    ...(uploaded !== undefined && { uploaded }),
    ...(failure && { failure }),
  };
}
