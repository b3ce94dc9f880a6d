/** Follows the log: applies each entry once, in order, and begins anew from a snapshot where entries are missing. */

import { batch } from "@preact/signals";
import { onEvent, reconnectLater } from "./connection";
import { listKnown, refreshContacts } from "./contacts";
import { addToConversation, advanceLast, isListed, setUnread, unreadAfter } from "./conversations";
import { failure } from "./failure";
import { messageFrom, nameMessage, type Place, placeOf } from "./messages";
import { claimEcho } from "./pending";
import { refreshBlocked } from "./people";
import { isCovered, noteReceipt } from "./receipts";
import { session } from "./session";
import { noteChange } from "./snapshots";
import { addToThread, advance, advanceToRead } from "./threads";
import { fieldsOf, idFrom, listFrom, type Row, rowFrom, seqFrom } from "./wire";

/** An `after` that no log has reached: it is answered with a gap, and so with the newest entry's number. */
export const beyond = Number.MAX_SAFE_INTEGER;

/** The last entry that is applied; `null` while nothing is known yet. */
let seen: number | null = null;

/** What came while pages of the log were on their way, for whoever asked for them last: its pages hold all from before. */
let held: [string, unknown][] | null = null;

/** From where the server shall tell. */
export function followFrom(): number {
  return seen ?? beyond;
}

/** Everything up to here is known, by a snapshot. With `null` nothing is. */
export function setSeen(seq: number | null): void {
  seen = seq;
}

export function isBegun(): boolean {
  return seen !== null;
}

/** A row of mine came as an answer: it goes by this key from now on, if nothing was shown for it yet. */
export function applyStored(row: Row, key?: string): void {
  if (key !== undefined && !placeOf(row.id)) nameMessage(row.id, key);
  applyMessage(row);
}

const entries = new Map<string, (data: unknown) => void>([
  ["messeage", (data) => applyEcho(rowFrom(data))],
  ["notified", (data) => applyNotified(idFrom(fieldsOf(data).messeage_id))],
  ["read", (data) => applyRead(idFrom(fieldsOf(data).messeage_id))],
  ["blocked", refreshBlocked],
  ["unblocked", refreshBlocked],
]);

for (const event of entries.keys()) {
  onEvent(event, (data) => {
    if (held) held.push([event, data]);
    else take(event, data);
  });
}

/**
 * Reads the log on by pages, from what is known. What happens meanwhile is held back until the pages before it are here.
 */
export async function catchUp(read: (after: number) => Promise<Record<string, unknown>>): Promise<void> {
  const waiting: [string, unknown][] = [];
  held = waiting;
  try {
    for (let all = false; !all; ) {
      const page = await read(followFrom());
      for (const entry of listFrom(page.events, fieldsOf)) {
        take(String(entry.event), { ...fieldsOf(entry.data), seq: entry.seq });
      }
      if (page.gap === true) throw failure("conflict");
      all = page.all === true;
    }
  } finally {
    if (held === waiting) {
      held = null;
      for (const [event, data] of waiting) take(event, data);
    }
  }
}

function take(event: string, data: unknown): void {
  if (isNext(seqFrom(fieldsOf(data).seq))) batch(() => entries.get(event)?.(data));
}

/** Whether an event is to be applied. While a snapshot is being taken none is: they come again after it. */
function isNext(seq: number | null): boolean {
  if (seen === null) return false;
  if (seq === null) return true;
  if (seq <= seen) return false;
  if (seq > seen + 1) {
    seen = null;
    reconnectLater();
    return false;
  }
  seen = seq;
  noteChange();
  return true;
}

function applyEcho(row: Row | null): void {
  if (!row) return;
  const isMine = row.from === session()?.id;
  const key = isMine && !placeOf(row.id) ? claimEcho(row) : undefined;
  applyStored(row, key);
}

function applyMessage(row: Row): void {
  const message = messageFrom(row);
  addToThread(message);
  if (isListed(message.peer) || listKnown(message.peer)) addToConversation(message);
  else refreshContacts();
}

function applyNotified(id: number | null): void {
  const place = id === null ? undefined : placeOf(id);
  if (id === null || !place) return;
  advance(place.peer, id, "delivered");
  advanceLast(place.peer, id, true, "delivered");
  if (isCovered(place.peer, id)) applyReadIn(place, id);
}

function applyRead(id: number | null): void {
  const place = id === null ? undefined : placeOf(id);
  if (id !== null && place) applyReadIn(place, id);
  else refreshContacts();
}

function applyReadIn({ peer, mine }: Place, id: number): void {
  advanceToRead(peer, id, mine);
  advanceLast(peer, id, mine, "read");
  if (mine) noteReceipt(peer, id);
  else applyMyReading(peer, id);
}

function applyMyReading(peer: number, id: number): void {
  const unread = unreadAfter(peer, id);
  if (unread === null) refreshContacts();
  else setUnread(peer, unread);
}
