/** Which conversation the page shows, in step with the browser's back button. */

import { effect, signal } from "@preact/signals";
import { met, remember } from "./met";
import { depth, followOver, onPage } from "./parts/over";
import { conversations, list, type Person, phase } from "./talk";

export const shown = signal<Person | null>(null);

/** The list is one entry of the history and a conversation the next, so that back leads to the list. */
export function show(peer: Person): void {
  remember(peer);
  const entry = { peer: peer.id };
  const isOther = shown.peek() !== null;
  onPage(() => (isOther ? history.replaceState(entry, "") : history.pushState(entry, "")));
  shown.value = peer;
}

export function leave(): void {
  if (peerOf(history.state) === null) shown.value = null;
  else history.go(-1 - depth());
}

/** Keeps the page in step from now on. */
export function followHistory(): void {
  followOver((entry) => {
    if (phase.peek() === "signed-out") forgetShown();
    else shown.value = personOf(peerOf(entry));
  });
  effect(() => {
    if (phase.value === "signed-out") forgetShown();
    else if (phase.value === "signed-in" && conversations.value && !shown.peek()) resumeShown();
  });
}

function forgetShown() {
  shown.value = null;
  onPage(() => {
    if (peerOf(history.state) !== null) history.replaceState(null, "");
  });
}

/** After a reload the history still knows which conversation it was, and the list is as it was. */
function resumeShown() {
  for (const peer of met().toReversed()) list(peer);
  const person = personOf(peerOf(history.state));
  if (person) shown.value = person;
}

function personOf(id: number | null): Person | null {
  if (id === null) return null;
  return conversations.peek()?.find(({ peer }) => peer.id === id)?.peer ?? null;
}

function peerOf(entry: unknown): number | null {
  const peer = (entry as { peer?: unknown } | null)?.peer;
  return typeof peer === "number" ? peer : null;
}
