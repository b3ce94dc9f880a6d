/** Loads conversations page by page. */

import { live } from "./connection";
import { failure, failureOf } from "./failure";
import { messageFrom, type Stored } from "./messages";
import { postAsMe, postWhenLive } from "./rest";
import { readSettled } from "./snapshots";
import {
  addOlder,
  oldestOf,
  replaceRun,
  setLoading,
  setNewest,
  thread,
  wantedThreads,
  wantThread,
} from "./threads";
import { fieldsOf, listFrom, rowFrom } from "./wire";

interface Page {
  /** Oldest first. */
  readonly messages: readonly Stored[];
  readonly complete: boolean;
}

type Ask = (route: string, body: object) => Promise<unknown>;

const underWay = new Map<number, Promise<void>>();

/** Loads the newest page, if it was not yet. */
export function loadNewest(peer: number): Promise<void> {
  wantThread(peer);
  if (oldestOf(peer) !== undefined || thread(peer).peek().complete) return Promise.resolve();
  return once(peer, async () => {
    const page = await readPage(peer, postWhenLive);
    setNewest(peer, page.messages, page.complete);
  });
}

export function loadOlder(peer: number): Promise<void> {
  const oldest = oldestOf(peer);
  if (oldest === undefined) return loadNewest(peer);
  if (thread(peer).peek().complete) return Promise.resolve();
  return once(peer, async () => {
    const page = await readPage(peer, postWhenLive, oldest - 1);
    addOlder(peer, page.messages, page.complete);
  });
}

export async function loadBackTo(peer: number, message: number): Promise<void> {
  await loadNewest(peer);
  while (!reaches(peer, message)) {
    const before = oldestOf(peer);
    await loadOlder(peer);
    if (oldestOf(peer) === before && !thread(peer).peek().complete) throw failure("internal");
  }
}

/** After a gap nothing of what was loaded can be relied on. */
export async function reloadThreads(): Promise<void> {
  await Promise.all(
    wantedThreads().map(async (peer) => {
      const page = await readPage(peer, postAsMe);
      replaceRun(peer, page.messages, page.complete);
    }),
  );
}

live.subscribe((is) => {
  if (!is) return;
  for (const peer of wantedThreads()) if (thread(peer).peek().failure) loadNewest(peer).catch(() => {});
});

function reaches(peer: number, message: number): boolean {
  return thread(peer).peek().complete || (oldestOf(peer) ?? Number.POSITIVE_INFINITY) <= message;
}

function readPage(peer: number, ask: Ask, from?: number): Promise<Page> {
  const body = { with_id: peer, ...(from !== undefined && { from_messeage: from }) };
  return readSettled(async () => {
    const answer = fieldsOf(await ask("/messeages", body));
    const messages = listFrom(answer.messeages, rowFrom).map(messageFrom).reverse();
    return { messages, complete: answer.all === true };
  });
}

/** Of several who ask at once one asks the server. */
function once(peer: number, load: () => Promise<void>): Promise<void> {
  const already = underWay.get(peer);
  if (already) return already;
  const loading = show(peer, load).finally(() => underWay.delete(peer));
  underWay.set(peer, loading);
  return loading;
}

async function show(peer: number, load: () => Promise<void>): Promise<void> {
  setLoading(peer, true);
  try {
    await load();
    setLoading(peer, false);
  } catch (fault) {
    setLoading(peer, false, failureOf(fault));
    throw fault;
  }
}
