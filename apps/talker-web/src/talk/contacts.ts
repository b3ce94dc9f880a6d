/** Takes the list of conversations from the server: at the start, after a gap, and when an event names the unknown. */

import { isListed, list, setConversations, setUnread } from "./conversations";
import { failure } from "./failure";
import type { Person } from "./model";
import { showAllPending } from "./pending";
import { personOf, remember } from "./people";
import { readUpTo } from "./reading";
import { postAsMe, postWhenLive } from "./rest";
import { session } from "./session";
import { readSettled } from "./snapshots";
import { soon } from "./soon";
import { contactFrom, listFrom } from "./wire";

let latest = 0;

/** Of several answers that cross each other the one that was asked for last counts. */
export async function loadContacts(ask: typeof postAsMe = postAsMe): Promise<void> {
  latest += 1;
  const ticket = latest;
  const answer = await readSettled(() => ask("/contacts"));
  const mine = session();
  if (!mine) throw failure("unauthenticated");
  if (ticket !== latest) return;
  const contacts = listFrom(answer, (entry) => contactFrom(entry, mine.id));
  for (const { peer } of contacts) remember(peer);
  setConversations(contacts);
  for (const { peer, last } of contacts) if (readUpTo(peer.id) >= last.id) setUnread(peer.id, 0);
  showAllPending();
}

export const refreshContacts = soon(() => {
  loadContacts(postWhenLive).catch(() => {});
});

export function listPerson(peer: Person): void {
  remember(peer);
  if (!isListed(peer.id)) list(peer);
}

/** Lists somebody whose name is known; says whether it is. */
export function listKnown(id: number): boolean {
  const person = personOf(id);
  if (person) listPerson(person);
  return person !== undefined;
}
