/** Tells the server what I have read, and again until it has heard it. */

import { live, request } from "./connection";
import { knownOf, setUnread, unreadOf } from "./conversations";
import { session } from "./session";

/** Up to where I have read, by conversation, as long as the server has not acknowledged it. */
const unheard = new Map<number, number>();

export function markRead(peer: number): void {
  const newest = knownOf(peer);
  if (!newest || unreadOf(peer) === 0) return;
  setUnread(peer, 0);
  unheard.set(peer, newest);
  void say(peer, newest);
}

/** Up to where I have read without the server's knowing it yet; 0 for nothing. */
export function readUpTo(peer: number): number {
  return unheard.get(peer) ?? 0;
}

export function forgetReading(): void {
  unheard.clear();
}

live.subscribe((is) => {
  if (is) for (const [peer, message] of unheard) void say(peer, message);
});

async function say(peer: number, message: number): Promise<void> {
  const mine = session();
  if (!mine || !live.peek()) return;
  try {
    await request("read", { user_id: mine.id, messeage_id: message });
    if (unheard.get(peer) === message) unheard.delete(peer);
  } catch {
    // It is said again with the next connection.
  }
}
