/** Keeps unsent messages over a reload: in IndexedDB, or in memory where the browser has none or will not keep more. */

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

const memory = new Map<string, Unsent>();
const table = "unsent";
let opened: Promise<IDBDatabase> | undefined;

export async function keepUnsent(unsent: Unsent): Promise<void> {
  try {
    await inTable("readwrite", (store) => store.put(unsent));
    memory.delete(unsent.nonce);
  } catch {
    memory.set(unsent.nonce, unsent);
  }
}

export async function dropUnsent(nonce: string): Promise<void> {
  memory.delete(nonce);
  await inTable("readwrite", (store) => store.delete(nonce)).catch(() => {});
}

/** Everything that this user has not sent yet, oldest first. */
export async function unsentOf(user: number): Promise<Unsent[]> {
  const stored: Unsent[] = await inTable("readonly", (store) => store.getAll()).catch(() => []);
  const found = [...stored, ...memory.values()].filter((unsent) => unsent.user === user);
  return found.sort((one, other) => one.date - other.date);
}

async function inTable<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  opened ??= open();
  const database = await opened;
  const transaction = database.transaction(table, mode);
  const asked = work(transaction.objectStore(table));
  return new Promise((resolve, reject) => {
    // Only a whole transaction is on disk.
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("talker", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(table, { keyPath: "nonce" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("blocked"));
  });
}
