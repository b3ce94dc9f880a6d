/** Which conversation the page shows, in step with the browser's back button. */

import { effect, signal } from "@preact/signals";
import { leaveOver } from "./parts/over";
import { conversations, type Person, phase } from "./talk";

export const shown = signal<Person | null>(null);

/** Whom this page has shown: somebody without messages is in no list that survives. */
const met = new Map<number, Person>();

/** The list is one entry of the history and a conversation the next, so that back leads to the list. */
export function show(peer: Person): void {
  met.set(peer.id, peer);
  const entry = { peer: peer.id };
  if (shown.peek()) history.replaceState(entry, "");
  else history.pushState(entry, "");
  shown.value = peer;
}

export function leave(): void {
  if (peerOf(history.state) === null) shown.value = null;
  else history.back();
}

/** Keeps the page in step from now on. */
export function followHistory(): void {
  leaveOver();
  addEventListener("popstate", (event) => {
    if (phase.peek() === "signed-out") return forgetShown();
    shown.value = personOf(peerOf(event.state));
    if (!document.querySelector("dialog")) leaveOver();
  });
  effect(() => {
    if (phase.value === "signed-out") forgetShown();
    else if (phase.value === "signed-in" && conversations.value && !shown.peek()) resumeShown();
  });
}

function forgetShown() {
  shown.value = null;
  met.clear();
  if (peerOf(history.state) !== null) history.replaceState(null, "");
}

/** After a reload the history still knows which conversation it was. */
function resumeShown() {
  const person = personOf(peerOf(history.state));
  if (person) shown.value = person;
}

function personOf(id: number | null): Person | null {
  if (id === null) return null;
  return conversations.peek()?.find(({ peer }) => peer.id === id)?.peer ?? met.get(id) ?? null;
}

function peerOf(entry: unknown): number | null {
  const peer = (entry as { peer?: unknown } | null)?.peer;
  return typeof peer === "number" ? peer : null;
}
