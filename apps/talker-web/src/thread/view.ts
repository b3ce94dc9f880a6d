/** What is the page's own about an open conversation: where one looks, and what is pointed at. */

import { type Signal, signal } from "@preact/signals";
import type { Place } from "./place";

/** A message to be brought into sight; `text` is what was searched for. A new object points anew. */
export interface Target {
  readonly key: string;
  readonly text: string;
}

/** So many of theirs were unread up to the message `until`. */
export interface UnreadRun {
  readonly count: number;
  readonly until: string;
}

export interface View {
  readonly peer: number;
  readonly atBottom: Signal<boolean>;
  /** Whether it stands where it is first looked at. */
  readonly isPlaced: Signal<boolean>;
  readonly target: Signal<Target | null>;
  readonly unreadRun: Signal<UnreadRun | null>;
  readonly isSearching: Signal<boolean>;
  /** `null` until the messages have their element. */
  place: Place | null;
}

export const newView = (peer: number): View => ({
  peer,
  atBottom: signal(true),
  isPlaced: signal(false),
  target: signal(null),
  unreadRun: signal(null),
  isSearching: signal(false),
  place: null,
});
