/** The messages of a conversation: a column that is loaded backwards as one scrolls up. */

import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { strings } from "../strings";
import { loadOlder, type Person, thread, typing } from "../talk";
import { Announcer } from "./announcer";
import { ChunkRows } from "./chunk-rows";
import { newChunker } from "./chunks";
import { useFirstSight } from "./first-sight";
import { JumpToNewest } from "./jump-to-newest";
import { keepPlace } from "./place";
import { EmptyThread, LoadingThread, ThreadFailure, Top } from "./states";
import { TypingBubble } from "./typing-bubble";
import { beginningOf, useMarkRead, useUnreadRun } from "./unread";
import type { View } from "./view";

interface Props {
  readonly peer: Person;
  readonly view: View;
}

/** How near to the oldest loaded message the next page is fetched. */
const foresight = 1500;

export function History({ peer, view }: Props) {
  const state = thread(peer.id).value;
  const { messages, complete } = state;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const chunker = useMemo(newChunker, []);
  const chunks = useMemo(() => chunker(messages), [messages]);
  const target = view.target.value;
  const unreadFrom = useMemo(
    () => beginningOf(view.unreadRun.value, messages, complete),
    [view.unreadRun.value, messages, complete],
  );

  const fetchOlder = () => {
    const { complete, loading, failure, messages } = thread(peer.id).peek();
    if (complete || loading || failure || messages.length === 0) return;
    if (scroller.current && scroller.current.scrollTop < foresight) loadOlder(peer.id).catch(() => {});
  };
  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return;
    const place = keepPlace(scroller.current, content.current, (atBottom) => {
      view.atBottom.value = atBottom;
      fetchOlder();
    });
    view.place = place;
    return () => {
      view.place = null;
      place.stop();
    };
  }, []);
  useUnreadRun(view, messages);
  useMarkRead(view);
  useLayoutEffect(fetchOlder, [state]);
  useFirstSight(view, content, state, unreadFrom);
  useLayoutEffect(() => {
    const row = target && content.current?.querySelector(`[data-key="${CSS.escape(target.key)}"]`);
    if (row) view.place?.toElement(row, 0.3);
  }, [target]);

  const has = (keys: readonly { readonly key: string }[], key: string | undefined) =>
    key !== undefined && keys.some((one) => one.key === key);
  return (
    <div class="history-frame">
      <div
        ref={scroller}
        class="history"
        role="log"
        aria-live="off"
        aria-label={strings.messagesWith(peer.username)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by the keyboard
        tabIndex={0}
      >
        <div ref={content} class="history-content">
          <Top peer={peer} state={state} />
          {chunks.map((chunk, i) => (
            <ChunkRows
              key={chunk.id}
              chunk={chunk}
              peer={peer}
              eager={i === 0 || i === chunks.length - 1}
              unreadFrom={unreadFrom && has(chunk.messages, unreadFrom) ? unreadFrom : null}
              target={has(chunk.messages, target?.key) ? target : null}
            />
          ))}
          {typing.value.has(peer.id) && <TypingBubble peer={peer} />}
        </div>
        {messages.length === 0 &&
          (state.failure ? (
            <ThreadFailure peer={peer} failure={state.failure} />
          ) : complete ? (
            <EmptyThread peer={peer} />
          ) : (
            <LoadingThread />
          ))}
      </div>
      <JumpToNewest view={view} />
      <Announcer peer={peer} messages={messages} />
    </div>
  );
}
