/** An open conversation: its head, its messages and the place to write. */

import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { nameOf } from "../parts/name";
import { leave } from "../shown";
import { strings } from "../strings";
import { link, loadOlder, open, type Person, thread } from "../talk";
import { attach } from "./attachments";
import { Composer } from "./composer";
import { DropArea } from "./drop-area";
import { History } from "./history";
import { ThreadHead } from "./thread-head";
import { ThreadSearch } from "./thread-search";
import { newView, type View } from "./view";

export function ThreadPane({ peer }: { readonly peer: Person }) {
  const view = useMemo(() => newView(peer.id), []);
  useEffect(() => {
    // What fails is told by the thread's own state.
    open(peer).catch(() => {});
    return () => giveFocusBack(peer.id);
  }, []);
  useEffect(() => leaveOnEscape(view), []);
  useSignalEffect(() => {
    if (link.value === "online") loadWhatFailed(peer);
  });
  return (
    <section class="thread" aria-label={strings.messagesWith(nameOf(peer))}>
      <DropArea peer={peer} onFiles={(files) => attach(peer.id, files)}>
        <ThreadHead peer={peer} view={view} />
        {view.isSearching.value && <ThreadSearch view={view} />}
        <History peer={peer} view={view} />
        <Composer peer={peer} view={view} />
      </DropArea>
    </section>
  );
}

/** Nobody has to ask again for what the connection alone was to blame for. */
function loadWhatFailed(peer: Person) {
  const { failure, messages } = thread(peer.id).peek();
  if (!failure) return;
  const again = messages.length > 0 ? loadOlder(peer.id) : open(peer);
  again.catch(() => {});
}

/** From wherever the focus is; menus and dialogs keep their Escape to themselves. Gives back how to stop. */
function leaveOnEscape(view: View) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (view.isSearching.value) view.isSearching.value = false;
    else leave();
  };
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}

/** Whoever leaves by the keyboard finds himself on the row that he came from. */
function giveFocusBack(peer: number) {
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(`[data-peer="${peer}"]`)?.focus({ preventScroll: true });
  });
}
