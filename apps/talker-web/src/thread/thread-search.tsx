/** The search inside a conversation: a line to type, what was found, and the way from one hit to the next. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { shortDate } from "../dates";
import { failureOf, sentenceFor } from "../failures";
import { say } from "../notices";
import { IconButton } from "../parts/icon-button";
import { useBackCloses } from "../parts/over";
import { SearchInput } from "../parts/search-input";
import { strings } from "../strings";
import { loadBackTo, type Message, thread } from "../talk";
import { Excerpt } from "./excerpt";
import { type Hits, useHits } from "./hits";
import type { View } from "./view";

export function ThreadSearch({ view }: { readonly view: View }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState<number | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const hits = useHits(view.peer, text.trim());
  useLayoutEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    return () => giveFocusBack(before);
  }, []);
  useEffect(() => setAt(null), [text]);
  useEffect(
    () => () => {
      view.target.value = null;
    },
    [],
  );
  const close = () => {
    view.isSearching.value = false;
  };
  useBackCloses(close);
  const go = (index: number) => {
    const hit = hits.found[index];
    if (!hit) return;
    setAt(index);
    jumpTo(view, hit, text.trim());
  };
  const pick = (index: number) => {
    go(index);
    // The list is gone with the button that had the focus.
    document.querySelector<HTMLElement>(".history")?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    go(at === null ? 0 : at + (event.shiftKey ? -1 : 1));
  };
  return (
    <search class="thread-search">
      <div class="thread-search-line">
        <SearchInput
          input={input}
          dir="auto"
          maxLength={500}
          label={strings.search}
          placeholder={strings.searchPlaceholder}
          value={text}
          onText={setText}
          onFocus={() => setAt(null)}
          onKeyDown={onKeyDown}
        />
        <span class="thread-search-count" role="status">
          {countOf(hits, at)}
        </span>
        <IconButton
          icon="up"
          label={strings.olderHit}
          disabled={!hits.found[(at ?? -1) + 1]}
          onClick={() => go((at ?? -1) + 1)}
        />
        <IconButton icon="down" label={strings.newerHit} disabled={!at} onClick={() => go((at ?? 0) - 1)} />
        <IconButton icon="close" label={strings.close} onClick={close} />
      </div>
      {at === null && text.trim() && <HitList hits={hits} sought={text.trim()} onPick={pick} />}
    </search>
  );
}

/** Whoever closes the search by the keyboard goes on where he came from. */
function giveFocusBack(place: Element | null) {
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body || !(place instanceof HTMLElement)) return;
    place.focus({ preventScroll: true });
  });
}

interface HitListProps {
  readonly hits: Hits;
  readonly sought: string;
  readonly onPick: (index: number) => void;
}

function HitList({ hits, sought, onPick }: HitListProps) {
  if (hits.failure) {
    return (
      <p class="list-note" role="alert">
        {strings.searchFailed} {sentenceFor(hits.failure)}{" "}
        <button type="button" class="link" onClick={hits.again}>
          {strings.tryAgain}
        </button>
      </p>
    );
  }
  if (hits.found.length === 0)
    return <p class="list-note">{hits.searching ? strings.searching : strings.noHits}</p>;
  return (
    <ul class="hits">
      {hits.found.map((hit, i) => (
        <li key={hit.key}>
          <button type="button" class="hit" onClick={() => onPick(i)}>
            <span class="hit-head">
              {hit.mine && <b>{strings.you}</b>}
              <time dateTime={hit.date.toISOString()}>{shortDate(hit.date)}</time>
            </span>
            <Excerpt text={hit.content} sought={sought} />
          </button>
        </li>
      ))}
      {hits.more && (
        <li>
          <button type="button" class="link more-hits" onClick={hits.loadMore}>
            {strings.moreHits}
          </button>
        </li>
      )}
    </ul>
  );
}

function countOf({ found, more, searching }: Hits, at: number | null): string {
  if (found.length === 0) return "";
  if (at !== null) return strings.hitOf(at + 1, found.length, more);
  return searching ? "" : strings.hits(found.length, more);
}

/** The hit and the conversation's own message are one by their id; their keys may differ. */
async function jumpTo(view: View, { id }: Message, text: string): Promise<void> {
  if (id === null) return;
  try {
    await loadBackTo(view.peer, id);
  } catch (thrown) {
    return say(`${strings.jumpFailed} ${sentenceFor(failureOf(thrown))}`);
  }
  const message = thread(view.peer)
    .peek()
    .messages.find((one) => one.id === id);
  if (message) view.target.value = { key: message.key, text };
  else say(strings.jumpFailed);
}
