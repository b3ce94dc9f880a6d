/**
 * Messages in groups of 40, which are shown and hidden as one.
 *
 * Invariant: older messages that are loaded change no boundary. Groups are counted in both directions from the oldest
 * message that was there at first; only the oldest and the newest group grow.
 */

import type { Message } from "../talk";

export interface Chunk {
  readonly id: string;
  readonly messages: readonly Message[];
  /** What stands before its first message. */
  readonly before: Message | null;
}

const size = 40;

export type Chunker = (messages: readonly Message[]) => readonly Chunk[];

/** Gives the same object again for a chunk in which nothing has changed. */
export function newChunker(): Chunker {
  let origin = "";
  let known = new Map<string, Chunk>();
  return (messages) => {
    let start = messages.findIndex(({ key }) => key === origin);
    if (start < 0) {
      start = 0;
      origin = messages[0]?.key ?? "";
    }
    const chunks: Chunk[] = [];
    for (let from = start - Math.ceil(start / size) * size; from < messages.length; from += size) {
      const id = `${origin}/${(from - start) / size}`;
      const made = chunkOf(id, messages, Math.max(0, from), from + size);
      const old = known.get(id);
      chunks.push(old && isSame(old, made) ? old : made);
    }
    known = new Map(chunks.map((chunk) => [chunk.id, chunk]));
    return chunks;
  };
}

const chunkOf = (id: string, messages: readonly Message[], from: number, to: number): Chunk => ({
  id,
  messages: messages.slice(from, to),
  before: messages[from - 1] ?? null,
});

function isSame(one: Chunk, other: Chunk): boolean {
  return (
    one.before?.key === other.before?.key &&
    one.messages.length === other.messages.length &&
    one.messages.every((message, i) => message === other.messages[i])
  );
}
