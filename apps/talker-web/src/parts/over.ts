/**
 * What is open over the page, dialogs and menus and the like, and in the browser's history: the Back of a browser or a
 * phone closes it, and nothing else.
 *
 * Invariant: while no step of our own is under way, the current entry says how many are open. It is brought about once
 * what was done has been drawn, so that of a menu that opens a dialog nothing is seen here.
 */

import { useLayoutEffect, useRef } from "preact/hooks";

/** How to close each that is open, the innermost last. */
let open: (() => void)[] = [];
/** Whether a step back that nobody but us asked for is under way. */
let isStepping = false;
let waiting: (() => void)[] = [];

/** Closes what calls this as soon as somebody goes back. */
export function useBackCloses(onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const over = () => close.current();
    open.push(over);
    queueMicrotask(settle);
    return () => {
      open = open.filter((one) => one !== over);
      queueMicrotask(settle);
    };
  }, []);
}

/** How many entries are above the page's own. */
export function depth(): number {
  return Number((history.state as { over?: unknown } | null)?.over) || 0;
}

/** Does this as soon as the current entry is the page's own. */
export function onPage(work: () => void): void {
  const isThere = depth() === 0 && !isStepping;
  if (isThere) work();
  else {
    waiting.push(work);
    stepBack(depth());
  }
}

/** From now on, tells which entry somebody went to. What was open before a reload is not any more. */
export function followOver(went: (entry: unknown) => void): void {
  addEventListener("popstate", ({ state }) => {
    if (isStepping) finishStep();
    else {
      for (const close of open.splice(depth()).reverse()) close();
      went(state);
    }
    settle();
  });
  settle();
}

function settle(): void {
  if (isStepping) return;
  while (depth() < open.length) history.pushState({ ...history.state, over: depth() + 1 }, "");
  if (depth() > open.length) stepBack(depth() - open.length);
}

function stepBack(entries: number): void {
  if (isStepping) return;
  isStepping = true;
  history.go(-entries);
}

function finishStep(): void {
  isStepping = false;
  const due = waiting;
  waiting = [];
  for (const work of due) onPage(work);
}
