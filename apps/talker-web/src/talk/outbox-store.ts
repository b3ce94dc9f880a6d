/** Keeps unsent messages over a reload: in IndexedDB, or in memory where the browser has none or will not keep more. */

import { signal } from "@preact/signals";
import { Table } from "../table";
import type { Failure, Kind, Person } from "./model";

export interface Unsent {
  /** Names the message for ever, to the server as well. */
  readonly nonce: string;
  readonly user: number;
  /** As far as is known; without a name at least the id. */
  readonly peer: number;
  readonly person?: Person;
  readonly kind: Kind;
  readonly content: string;
  /** In milliseconds, and different for each, so that it says the order as well. */
  readonly date: number;
  readonly failure?: Failure;
}

const table = new Table<Unsent>("talker", "unsent", "nonce");
const memory = new Map<string, Unsent>();

/** How many the browser does not keep: they are lost with the page. */
export const unkeptCount = signal(0);

export async function keepUnsent(unsent: Unsent): Promise<void> {
  try {
    await table.put(unsent);
    memory.delete(unsent.nonce);
  } catch {
    memory.set(unsent.nonce, unsent);
  }
  unkeptCount.value = memory.size;
}

export async function dropUnsent(nonce: string): Promise<void> {
  memory.delete(nonce);
  unkeptCount.value = memory.size;
  await table.delete(nonce).catch(() => {});
}

/** Everything that this user has not sent yet, oldest first. */
export async function unsentOf(user: number): Promise<Unsent[]> {
  const stored = await table.all().catch(() => []);
  const found = [...stored, ...memory.values()].filter((unsent) => unsent.user === user);
  return found.sort((one, other) => one.date - other.date);
}
