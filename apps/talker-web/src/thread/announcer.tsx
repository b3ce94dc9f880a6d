/**
 * Reads new messages of the other one to those who cannot see them. The column itself stays silent, since its rows come
 * and go with scrolling.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import { summaryOf } from "../conversations/summary";
import type { Message, Person } from "../talk";

interface Props {
  readonly peer: Person;
  readonly messages: readonly Message[];
}

const atMost = 5;

export function Announcer({ peer, messages }: Props) {
  const newest = useRef<number | null>(null);
  const [said, setSaid] = useState<readonly Message[]>([]);
  useEffect(() => {
    const known = newest.current;
    const last = messages.findLast(({ id }) => id !== null)?.id;
    if (last === undefined || last === null || last === known) return;
    newest.current = last;
    if (known === null) return;
    const fresh = messages.slice(-atMost).filter(({ mine, id }) => !mine && (id ?? 0) > known);
    setSaid((before) => [...before, ...fresh].slice(-atMost));
  }, [messages]);
  return (
    <div class="unseen" aria-live="polite">
      {said.map((message) => (
        <p key={message.key}>
          {peer.username}: {summaryOf(message)}
        </p>
      ))}
    </div>
  );
}
