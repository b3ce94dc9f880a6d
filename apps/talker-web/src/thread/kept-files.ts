/** Keeps the files that are yet to be sent over a reload, as far as the browser has room for them. */

import { computed, signal } from "@preact/signals";
import { Table } from "../table";

export interface KeptFile {
  /** Another for each, growing in the order in which they were attached. */
  readonly key: number;
  readonly user: number;
  readonly peer: number;
  readonly file: File;
}

/** What may never be sent shall not fill a disk. */
const mostBytes = 200 * 1024 * 1024;

const table = new Table<KeptFile>("talker-files", "files", "key");

/** The size of each file that waits, and of those among them that are lost with the page. */
const sizes = new Map<number, number>();
const unkept = signal<ReadonlySet<number>>(new Set());

export const unkeptFileCount = computed(() => unkept.value.size);

export const isUnkept = (key: number) => unkept.peek().has(key);

export async function keepFile(kept: KeptFile): Promise<void> {
  const { key, file } = kept;
  sizes.set(key, file.size);
  unkept.value = new Set([...unkept.peek(), key]);
  if (sumOf(sizes.values()) > mostBytes) return;
  try {
    await table.put(kept);
    markKept(key);
    // It may have been sent or removed before it was kept.
    if (!sizes.has(key)) await table.delete(key);
  } catch {
    // Whoever leaves the page is asked.
  }
}

export async function dropFile(key: number): Promise<void> {
  sizes.delete(key);
  markKept(key);
  await table.delete(key).catch(() => {});
}

/** Everything that this user has not sent yet, in its order. */
export async function filesOf(user: number): Promise<readonly KeptFile[]> {
  const rows = await table.all().catch(() => []);
  const mine = rows.filter((row) => row.user === user);
  for (const { key, file } of mine) sizes.set(key, file.size);
  return mine;
}

export async function dropAllFiles(): Promise<void> {
  sizes.clear();
  unkept.value = new Set();
  await table.clear().catch(() => {});
}

function markKept(key: number): void {
  unkept.value = new Set([...unkept.peek()].filter((one) => one !== key));
}

const sumOf = (numbers: Iterable<number>) => [...numbers].reduce((sum, one) => sum + one, 0);
