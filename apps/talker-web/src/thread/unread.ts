/** Where the unread messages begin, and when they count as seen. */

import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { conversations, type Message, markRead } from "../talk";
import { visible } from "../title";
import type { UnreadRun, View } from "./view";

/** How many of theirs I have not read. */
export const unreadOf = (peer: number) =>
  conversations.value?.find((one) => one.peer.id === peer)?.unread ?? 0;

/** The key of the first message of the run; `null` if it is not loaded. */
export function beginningOf(run: UnreadRun | null, messages: readonly Message[], complete: boolean) {
  if (!run) return null;
  let left = run.count;
  let first: string | null = null;
  for (let i = messages.findLastIndex(({ key }) => key === run.until); i >= 0 && left > 0; i--) {
    const message = messages[i];
    if (!message || message.mine) continue;
    first = message.key;
    left -= 1;
  }
  return left === 0 || complete ? first : null;
}

/**
 * Draws the line above what came while nobody looked: on opening from the count, later from the first that comes.
 * It stays until the next such moment, or until I write.
 */
export function useUnreadRun(view: View, messages: readonly Message[]): void {
  const seen = useRef<string | null>(null);
  useLayoutEffect(() => {
    const newest = messages.at(-1);
    if (!newest || newest.key === seen.current) return;
    const isFirst = seen.current === null;
    const hadRun = view.unreadRun.peek() !== null;
    seen.current = newest.key;
    const unread = unreadOf(view.peer);
    if (isFirst) {
      if (unread > 0) view.unreadRun.value = { count: unread, until: newest.key };
    } else if (!newest.mine && !isLooking(view) && (!hadRun || unread <= 1)) {
      view.unreadRun.value = { count: 1, until: newest.key };
    }
  }, [messages]);
}

/** Counts them as read as soon as the newest is in sight of somebody. */
export function useMarkRead(view: View): void {
  useSignalEffect(() => {
    // Placed only once the line above them is drawn, which needs their count.
    const isSeen = view.isPlaced.value && visible.value && view.atBottom.value;
    if (isSeen && unreadOf(view.peer) > 0) queueMicrotask(() => markRead(view.peer));
  });
}

const isLooking = (view: View) => visible.peek() && view.atBottom.peek();
