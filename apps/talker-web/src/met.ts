/**
 * With whom conversations were opened that nothing was said in yet, by who opened them: no server knows of them, and so
 * they are kept over a reload here.
 */

import { forTab } from "./keeping";
import { conversations, me, type Person } from "./talk";

const prefix = "talker-met";
const most = 20;

const place = () => `${prefix}:${me.peek()?.id ?? 0}`;

export function remember(peer: Person): void {
  if (conversations.peek()?.some((one) => one.peer.id === peer.id && one.last)) return;
  const all = [peer, ...met().filter(({ id }) => id !== peer.id)];
  forTab.set(place(), JSON.stringify(all.slice(0, most)));
}

/** The latest first. */
export function met(): readonly Person[] {
  const stored = forTab.get(place());
  return stored === null ? [] : (JSON.parse(stored) as Person[]);
}

/** For logging out: the next one at this machine learns of nobody. */
export const forgetMet = () => forTab.removeAll(prefix);
