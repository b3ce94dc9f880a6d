/** The list of conversations, newest first: the last message of each, and how much of it I have not read. */

import { signal } from "@preact/signals";
import { isFurther, messageFrom, type Stored } from "./messages";
import type { Conversation, Message, Person, Progress } from "./model";
import type { Contact } from "./wire";

interface Entry {
  readonly peer: Person;
  readonly stored: Stored | null;
  /** The newest of mine that is not stored yet. */
  readonly pending: Message | null;
  readonly unread: number;
  /** Up to which id theirs are counted. One of mine may be newer, and have come before it. */
  readonly counted: number;
}

export const conversations = signal<readonly Conversation[] | null>(null);

const entries = new Map<number, Entry>();

/** Takes over what `/contacts` says, and keeps whom it does not tell of yet. */
export function setConversations(contacts: readonly Contact[]): void {
  const told = new Set(contacts.map(({ peer }) => peer.id));
  const kept = [...entries.values()].filter(({ peer, stored }) => !told.has(peer.id) && stored === null);
  for (const id of entries.keys()) if (!told.has(id) && entries.get(id)?.stored) entries.delete(id);
  for (const contact of contacts) entries.set(contact.peer.id, entryFrom(contact));
  const listed = [...kept, ...contacts.map(({ peer }) => entries.get(peer.id) as Entry)];
  const waiting = listed.filter(({ pending }) => pending !== null);
  conversations.value = [...waiting, ...listed.filter(({ pending }) => pending === null)].map(shown);
}

export function isListed(peer: number): boolean {
  return entries.has(peer);
}

/** Begins a conversation that nothing was said in yet. */
export function list(peer: Person): void {
  if (entries.has(peer.id)) return;
  entries.set(peer.id, { peer, stored: null, pending: null, unread: 0, counted: 0 });
  if (conversations.peek()) raise(peer.id);
}

/** The newest message is the last one, and one of theirs counts once. */
export function addToConversation(message: Stored): void {
  const entry = entries.get(message.peer);
  if (!entry) return;
  const isNewest = message.id > (entry.stored?.id ?? 0);
  const counts = !message.mine && message.id > entry.counted;
  entries.set(message.peer, {
    ...entry,
    stored: isNewest ? message : entry.stored,
    unread: counts ? entry.unread + 1 : entry.unread,
    counted: counts ? message.id : entry.counted,
  });
  if (isNewest) raise(message.peer);
  else if (counts) redraw(message.peer);
}

/** Takes the last message further, if it is this one or, of those that are `read`, an earlier one that was delivered. */
export function advanceLast(peer: number, id: number, mine: boolean, progress: Progress): void {
  const entry = entries.get(peer);
  const last = entry?.stored;
  if (!entry || !last || last.mine !== mine || !isFurther(progress, last.progress)) return;
  const isCovered = progress === "read" && last.progress === "delivered" && last.id < id;
  if (last.id !== id && !isCovered) return;
  entries.set(peer, { ...entry, stored: { ...last, progress } });
  redraw(peer);
}

/** How much is unread once I have read up to this message: `null` where only the server can tell. */
export function unreadAfter(peer: number, id: number): number | null {
  const entry = entries.get(peer);
  return !entry || entry.unread === 0 || id >= entry.counted ? 0 : null;
}

export function setUnread(peer: number, unread: number): void {
  const entry = entries.get(peer);
  if (!entry || entry.unread === unread) return;
  entries.set(peer, { ...entry, unread });
  redraw(peer);
}

export function unreadOf(peer: number): number | undefined {
  return entries.get(peer)?.unread;
}

/** Up to which id everything of theirs is known. */
export function knownOf(peer: number): number | undefined {
  return entries.get(peer)?.counted;
}

export function setPendingOfConversation(peer: number, pending: Message | null): void {
  const entry = entries.get(peer);
  if (!entry || entry.pending === pending) return;
  entries.set(peer, { ...entry, pending });
  if (pending && pending.key !== entry.pending?.key) raise(peer);
  else redraw(peer);
}

export function forgetConversations(): void {
  entries.clear();
  conversations.value = null;
}

function entryFrom({ peer, last, unread }: Contact): Entry {
  const pending = entries.get(peer.id)?.pending ?? null;
  return { peer, stored: messageFrom(last), pending, unread, counted: last.id };
}

function shown({ peer, stored, pending, unread }: Entry): Conversation {
  return { peer, last: pending ?? stored, unread };
}

/** Shows a conversation anew, as the first. */
function raise(peer: number): void {
  const entry = entries.get(peer);
  const others = conversations.peek()?.filter((one) => one.peer.id !== peer);
  if (entry && others) conversations.value = [shown(entry), ...others];
}

/** Shows a conversation anew, where it is. */
function redraw(peer: number): void {
  const entry = entries.get(peer);
  const now = conversations.peek()?.map((one) => (one.peer.id === peer && entry ? shown(entry) : one));
  if (now) conversations.value = now;
}
