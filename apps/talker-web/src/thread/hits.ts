/** What a search in a conversation finds: asked for once the typing pauses, 50 at a time. */

import { useEffect, useRef, useState } from "preact/hooks";
import { askOncePaused } from "../asking";
import { failureOf } from "../failures";
import { type Failure, type Message, searchMessages } from "../talk";

export interface Hits {
  /** Newest first. */
  readonly found: readonly Message[];
  readonly searching: boolean;
  /** Whether there may be older ones. */
  readonly more: boolean;
  readonly failure: Failure | null;
  readonly loadMore: () => void;
  readonly again: () => void;
}

type State = Pick<Hits, "found" | "searching" | "more" | "failure">;

const pageSize = 50;
const none: State = { found: [], searching: false, more: false, failure: null };

export function useHits(peer: number, text: string): Hits {
  const [state, setState] = useState(none);
  const [attempt, setAttempt] = useState(0);
  const newestText = useRef(text);
  newestText.current = text;
  const search = async (earlier: readonly Message[], isWanted: () => boolean) => {
    try {
      const page = await searchMessages(peer, text, earlier.at(-1)?.id ?? undefined);
      if (isWanted()) setState({ ...none, found: [...earlier, ...page], more: page.length === pageSize });
      return null;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (isWanted()) setState({ ...none, found: earlier, failure });
      return failure;
    }
  };
  useEffect(() => {
    if (!text) return setState(none);
    setState({ ...none, searching: true });
    return askOncePaused((isWanted) => search([], isWanted));
  }, [text, attempt]);
  const loadMore = () => {
    if (state.searching) return;
    setState({ ...state, searching: true });
    search(state.found, () => newestText.current === text);
  };
  return { ...state, loadMore, again: () => setAttempt((n) => n + 1) };
}
