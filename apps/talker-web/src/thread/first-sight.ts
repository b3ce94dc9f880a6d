/** Where an opened conversation is first looked at: where the unread messages begin, or at the newest. */

import { useLayoutEffect } from "preact/hooks";
import { loadOlder, type Thread } from "../talk";
import type { View } from "./view";

/** Who missed more than this begins at the newest. */
const manyUnread = 200;

/** `unreadFrom` is the first unread message, if it is loaded already. */
export function useFirstSight(
  view: View,
  content: { readonly current: HTMLElement | null },
  state: Thread,
  unreadFrom: string | null,
): void {
  const run = view.unreadRun.value;
  useLayoutEffect(() => {
    if (view.isPlaced.peek() || state.messages.length === 0) return;
    // What is unread was found out just now, and is drawn next.
    if (view.unreadRun.peek() !== run) return;
    const isMissing = run !== null && unreadFrom === null && run.count <= manyUnread;
    if (isMissing && !state.complete && !state.failure) {
      if (!state.loading) loadOlder(view.peer).catch(() => {});
      return;
    }
    const line = content.current?.querySelector("[data-new-messages]");
    if (line) view.place?.toElement(line, 0.25);
    else view.place?.toBottom();
    view.isPlaced.value = true;
  }, [state, run, unreadFrom]);
}
