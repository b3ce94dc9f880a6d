/** Who is who, and whom I block. */

import { signal } from "@preact/signals";
import { request, whenLive } from "./connection";
import { failure } from "./failure";
import type { Person } from "./model";
import { postAsMe, postWhenLive } from "./rest";
import { session } from "./session";
import { soon } from "./soon";
import { blockedFrom, listFrom } from "./wire";

export const blocked = signal<readonly Person[]>([]);

const people = new Map<number, Person>();

export function remember(person: Person): void {
  people.set(person.id, person);
}

export function personOf(id: number): Person | undefined {
  return people.get(id);
}

export function block(peer: Person): Promise<void> {
  return change("block_user", peer.id);
}

export function unblock(peer: number): Promise<void> {
  return change("unlock_user", peer);
}

export async function loadBlocked(ask: typeof postAsMe = postAsMe): Promise<void> {
  blocked.value = listFrom(await ask("/blocked/users"), blockedFrom);
}

/** Another tab or device of mine may have blocked or unblocked somebody. */
export const refreshBlocked = soon(() => {
  loadBlocked(postWhenLive).catch(() => {});
});

export function forgetPeople(): void {
  people.clear();
  blocked.value = [];
}

async function change(event: string, peer: number): Promise<void> {
  await whenLive();
  const mine = session();
  if (!mine) throw failure("unauthenticated");
  await request(event, { user_id: mine.id, blocked_id: peer });
  await loadBlocked(postWhenLive);
}
