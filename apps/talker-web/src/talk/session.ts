/** The session that this browser keeps. All its tabs share it, and one of them uses it. */

import { signal } from "@preact/signals";
import { forBrowser } from "../keeping";
import type { Phase } from "./model";
import { fieldsOf, idFrom, listFrom, textFrom } from "./wire";

export interface Session {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  /** Keys of connections that may have taken the session over, oldest first, without our hearing of it. */
  readonly spare: readonly string[];
}

export const phase = signal<Phase>("starting");
export const me = signal<{ readonly id: number; readonly name: string } | null>(null);
export const sessionLost = signal(false);

const place = "talker.session";
let current: Session | null = null;

/** The session that this tab uses. */
export function session(): Session | null {
  return current;
}

/** The session as some tab of this browser stored it last. */
export function storedSession(): Session | null {
  try {
    const fields = fieldsOf(JSON.parse(forBrowser.get(place) ?? "null"));
    const id = idFrom(fields.id);
    const name = textFrom(fields.name);
    const key = textFrom(fields.key);
    if (id === null || name === null || key === null) return null;
    return { id, name, key, spare: listFrom(fields.spare, textFrom) };
  } catch {
    return null;
  }
}

/** Uses this session from now on. */
export function adopt(next: Session): void {
  current = next;
  me.value = { id: next.id, name: next.name };
}

/** Each login brings a fresh key, and the old one is dead. */
export function renew(key: string): void {
  if (current) store({ ...current, key, spare: [] });
}

/** What is called so from now on is who uses the session. */
export function rename(name: string): void {
  if (!current || isTaken()) return;
  store({ ...current, name });
  me.value = { id: current.id, name };
}

/** A connection is about to take the session over: if it does, this is what opens it from then on. */
export function addSpare(key: string): void {
  if (!current || isTaken() || current.spare.includes(key)) return;
  store({ ...current, spare: [...current.spare.slice(-15), key] });
}

/** Whether another tab has taken the session over. */
export function isTaken(): boolean {
  const stored = storedSession();
  return current !== null && stored !== null && stored.key !== current.key;
}

/** Uses no session any more, and leaves what is stored. */
export function leave(): void {
  current = null;
  me.value = null;
}

/** Forgets the session, in this browser at all if no other tab has taken it over. */
export function removeSession(): void {
  if (!isTaken()) forBrowser.remove(place);
  leave();
}

/** Calls back when another tab has changed or removed the session. */
export function onStored(changed: () => void): void {
  addEventListener("storage", (event) => {
    if (event.key === place || event.key === null) changed();
  });
}

function store(next: Session): void {
  current = next;
  forBrowser.set(place, JSON.stringify(next));
}
