/** What was typed and not sent yet, by who typed it and to whom: it outlasts the tab. */

import { forBrowser } from "./keeping";
import { me } from "./talk";

const prefix = "talker-draft";

const place = (peer: number) => `${prefix}:${me.peek()?.id ?? 0}:${peer}`;

export const draftFor = (peer: number): string => forBrowser.get(place(peer)) ?? "";

export function keepDraft(peer: number, text: string): void {
  if (text) forBrowser.set(place(peer), text);
  else forBrowser.remove(place(peer));
}

/** For logging out: the next one at this machine reads nothing of it. */
export const forgetDrafts = () => forBrowser.removeAll(prefix);
