/** What was typed and not sent yet, by who typed it and to whom: it outlasts the tab. */

import { forget, keep, kept } from "./keeping";
import { me } from "./talk";

const prefix = "talker-draft";

const place = (peer: number) => `${prefix}:${me.peek()?.id ?? 0}:${peer}`;

export const draftFor = (peer: number): string => kept(localStorage, place(peer)) ?? "";

export function keepDraft(peer: number, text: string): void {
  if (text) keep(localStorage, place(peer), text);
  else forget(localStorage, place(peer));
}

/** For logging out: the next one at this machine reads nothing of it. */
export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) forget(localStorage, key);
}
