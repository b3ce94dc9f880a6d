/** One chunk of messages: its rows while it is near to what is in sight, otherwise only its height. */

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Person } from "../talk";
import type { Chunk } from "./chunks";
import { Day, NewMessages } from "./dividers";
import { watchNearness } from "./nearness";
import { opensDay, opensRun, Row } from "./row";
import type { Target } from "./view";

interface Props {
  readonly chunk: Chunk;
  readonly peer: Person;
  /** Whether it begins with its rows, without waiting to come near. */
  readonly eager: boolean;
  /** The message above which the unread ones begin, if it is in this chunk; its rows are shown then. */
  readonly unreadFrom: string | null;
  readonly target: Target | null;
}

/** About the height of a row, where none was measured yet. */
const usualHeight = 56;

export function ChunkRows({ chunk, peer, eager, unreadFrom, target }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(chunk.messages.length * usualHeight);
  const [near, setNear] = useState(eager);
  useLayoutEffect(() => {
    const element = box.current;
    const scroller = element?.closest(".history");
    if (!element || !scroller) return;
    return watchNearness(scroller, element, (isNear) => {
      if (!isNear) {
        // Whoever is inside with the keyboard is not thrown out.
        if (element.contains(document.activeElement)) return;
        height.current = element.offsetHeight;
      }
      setNear(isNear);
    });
  }, []);
  const isShown = near || target !== null || unreadFrom !== null;
  const rows = useMemo(
    () => isShown && <Rows chunk={chunk} peer={peer} unreadFrom={unreadFrom} target={target} />,
    [isShown, chunk, peer, unreadFrom, target],
  );
  return (
    <div ref={box} class="chunk" style={{ height: isShown ? "" : `${height.current}px` }}>
      {rows}
    </div>
  );
}

function Rows({ chunk, peer, unreadFrom, target }: Omit<Props, "eager">) {
  return (
    <>
      {chunk.messages.map((message, i) => {
        const before = chunk.messages[i - 1] ?? chunk.before;
        return (
          <Row
            key={message.key}
            message={message}
            peer={peer}
            opens={opensRun(message, before) || message.key === unreadFrom}
            target={message.key === target?.key ? target : null}
          >
            {opensDay(message, before) && <Day date={message.date} />}
            {message.key === unreadFrom && <NewMessages />}
          </Row>
        );
      })}
    </>
  );
}
