/** What the page knows: the nouns that its parts show and the client core keeps up to date. */

/** Somebody with an account. `avatar` is a data URI. */
export interface Person {
  readonly id: number;
  readonly username: string;
  readonly avatar: string;
}

export type Kind = "text" | "photo" | "video" | "audio" | "file";

/**
 * How far a message of mine has come: `waiting` for a connection or its turn, `sending`, `failed` until it is sent
 * again or discarded, `sent` (stored by the server), `delivered`, `read`. One for me is `delivered` or `read`.
 */
export type Progress = "waiting" | "sending" | "failed" | "sent" | "delivered" | "read";

export interface Message {
  /** Stays the same from the first moment to the last: what a list of messages is keyed by. */
  readonly key: string;
  /** The server's id; `null` until it is stored. */
  readonly id: number | null;
  readonly peer: number;
  readonly mine: boolean;
  readonly kind: Kind;
  /** The text, or a data URI. */
  readonly content: string;
  readonly date: Date;
  readonly progress: Progress;
  /** How much of a message that is being sent has left this machine, from 0 to 1. */
  readonly uploaded?: number;
  /** Why it failed. */
  readonly failure?: Failure;
}

/** What is to be sent: a text, or a data URI of a media type that fits its kind. */
export interface Draft {
  readonly kind: Kind;
  readonly content: string;
}

export interface Conversation {
  readonly peer: Person;
  /** The newest message, unsent ones of mine included. `null` for somebody whom I only opened. */
  readonly last: Message | null;
  /** How many of theirs I have not read. */
  readonly unread: number;
}

/** One conversation's messages, as far as they are loaded: an unbroken run up to the newest. */
export interface Thread {
  /** Oldest first; unsent ones of mine last. */
  readonly messages: readonly Message[];
  /** Whether nothing older is left on the server. */
  readonly complete: boolean;
  readonly loading: boolean;
  /** Why the last attempt to load failed. */
  readonly failure?: Failure;
}

/**
 * Why something was not done: the server's word (`malformed`, `unauthenticated`, `not_found`, `conflict`,
 * `too_large`, `refused`, `rate_limited`, `internal`, `busy`), or `offline` where no answer came.
 */
export interface Failure {
  readonly code: string;
  /** The parameter that is to blame. */
  readonly field?: string;
  /** After how many milliseconds another try may help. */
  readonly retryAfter?: number;
}

/** Which of its faces the page shows. `elsewhere`: another tab of this browser has taken the session over. */
export type Phase = "starting" | "signed-out" | "signed-in" | "elsewhere";

/** Whether the server is in reach. `offline`: the browser itself says that there is no network. */
export type Link = "online" | "connecting" | "offline";

export type Registered = "created" | "username_used" | "email_used" | "pending";
