/** Stored messages as the page shows them, and where each one belongs. */

import type { Message, Progress } from "./model";
import { session } from "./session";
import type { Row } from "./wire";

/** Whose conversation a message is in, and whether I wrote it. */
export interface Place {
  readonly peer: number;
  readonly mine: boolean;
}

/** A message that the server has stored. */
export type Stored = Message & { readonly id: number };

const places = new Map<number, Place>();
const keys = new Map<number, string>();

const steps: readonly Progress[] = ["failed", "waiting", "sending", "sent", "delivered", "read"];

export function messageFrom(row: Row): Stored {
  const { id, kind, content, date } = row;
  const mine = row.from === session()?.id;
  const peer = mine ? row.to : row.from;
  places.set(id, { peer, mine });
  return { key: keyOf(id), id, peer, mine, kind, content, date, progress: progressOf(row) };
}

/** Where a message belongs that was seen since the page was loaded. */
export function placeOf(id: number): Place | undefined {
  return places.get(id);
}

/** Lets a stored message go by the key under which it was shown before. */
export function nameMessage(id: number, key: string): void {
  keys.set(id, key);
}

export function isFurther(one: Progress, other: Progress): boolean {
  return steps.indexOf(one) > steps.indexOf(other);
}

export function forgetMessages(): void {
  places.clear();
  keys.clear();
}

function keyOf(id: number): string {
  return keys.get(id) ?? `m${id}`;
}

/** What is for me was delivered, whatever its row says: here it is. A note to myself is read by whoever wrote it. */
function progressOf(row: Row): Progress {
  if (row.read || row.from === row.to) return "read";
  return row.notified || row.to === session()?.id ? "delivered" : "sent";
}
