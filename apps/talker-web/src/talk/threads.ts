/** The messages of each conversation, as far as they are loaded: an unbroken run of stored ones up to the newest. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { isFurther, type Stored } from "./messages";
import type { Failure, Message, Progress, Thread } from "./model";

interface Run {
  readonly shown: Signal<Thread>;
  /** By ascending id. Changed in place; what is shown is a copy. */
  stored: Stored[];
  pending: readonly Message[];
  complete: boolean;
  loading: boolean;
  failure: Failure | undefined;
  /** Whether somebody asked for it. A run that nobody asked for is not kept. */
  wanted: boolean;
}

const runs = new Map<number, Run>();

export function thread(peer: number): ReadonlySignal<Thread> {
  return runOf(peer).shown;
}

export function wantThread(peer: number): void {
  runOf(peer).wanted = true;
}

export function wantedThreads(): number[] {
  return [...runs].filter(([, run]) => run.wanted).map(([peer]) => peer);
}

export function setLoading(peer: number, loading: boolean, failure?: Failure): void {
  const run = runOf(peer);
  run.loading = loading;
  run.failure = failure;
  show(run);
}

/** Begins the run with the newest page, and what was told since then. */
export function setNewest(peer: number, page: readonly Stored[], complete: boolean): void {
  const run = runOf(peer);
  const newest = page.at(-1)?.id ?? 0;
  run.stored = [...page, ...run.stored.filter((message) => message.id > newest)];
  run.complete = complete;
  show(run);
}

/** Begins the run with the newest page alone. What was there before may be from a log that is no more. */
export function replaceRun(peer: number, page: readonly Stored[], complete: boolean): void {
  runOf(peer).stored = [];
  setNewest(peer, page, complete);
}

export function addOlder(peer: number, page: readonly Stored[], complete: boolean): void {
  const run = runOf(peer);
  const oldest = run.stored[0]?.id ?? Number.POSITIVE_INFINITY;
  run.stored = [...page.filter((message) => message.id < oldest), ...run.stored];
  run.complete = complete;
  show(run);
}

/** Adds a message in its place. One from before the run is left out: something may lie between. */
export function addToThread(message: Stored): void {
  const run = runOf(message.peer);
  if (!run.wanted) return;
  const at = indexFrom(run.stored, message.id);
  const known = run.stored[at];
  if (known?.id === message.id) {
    if (isFurther(message.progress, known.progress))
      run.stored[at] = { ...known, progress: message.progress };
  } else if (at > 0 || run.complete || run.stored.length === 0) {
    run.stored.splice(at, 0, message);
  }
  show(run);
}

/** Takes one message further. */
export function advance(peer: number, id: number, progress: Progress): void {
  const run = runOf(peer);
  if (advanceAt(run, indexFrom(run.stored, id), id, progress)) show(run);
}

/**
 * Everything that this side wrote up to this message is read, except for what was not delivered before: a block hides
 * that. What is read already ends the walk back.
 */
export function advanceToRead(peer: number, id: number, mine: boolean): void {
  const run = runOf(peer);
  let at = indexFrom(run.stored, id);
  if (run.stored[at]?.id !== id) at -= 1;
  for (; at >= 0; at -= 1) {
    const message = run.stored[at] as Stored;
    if (message.mine !== mine) continue;
    if (message.progress === "read") break;
    if (message.progress === "sent" && message.id !== id) continue;
    run.stored[at] = { ...message, progress: "read" };
  }
  show(run);
}

export function setPendingOfThread(peer: number, pending: readonly Message[]): void {
  const run = runOf(peer);
  run.pending = pending;
  show(run);
}

export function oldestOf(peer: number): number | undefined {
  return runOf(peer).stored[0]?.id;
}

export function forgetThreads(): void {
  for (const run of runs.values()) {
    Object.assign(run, emptyRun());
    show(run);
  }
}

function emptyRun(): Omit<Run, "shown"> {
  return { stored: [], pending: [], complete: false, loading: false, failure: undefined, wanted: false };
}

function runOf(peer: number): Run {
  const known = runs.get(peer);
  if (known) return known;
  const run = { shown: signal<Thread>({ messages: [], complete: false, loading: false }), ...emptyRun() };
  runs.set(peer, run);
  return run;
}

function show(run: Run): void {
  const { complete, loading, failure } = run;
  run.shown.value = {
    messages: run.pending.length > 0 ? [...run.stored, ...run.pending] : run.stored.slice(),
    complete,
    loading,
    ...(failure && { failure }),
  };
}

function advanceAt(run: Run, at: number, id: number, progress: Progress): boolean {
  const message = run.stored[at];
  if (message?.id !== id || !isFurther(progress, message.progress)) return false;
  run.stored[at] = { ...message, progress };
  return true;
}

/** Where the first message with this id or a greater one is. Mostly that is the end. */
function indexFrom(stored: readonly Stored[], id: number): number {
  let low = 0;
  let high = stored.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stored[middle] as Stored).id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
