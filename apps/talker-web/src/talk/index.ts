/** The client core, as the page's parts use it: what is known, as signals, and what can be done. */

import type { ReadonlySignal } from "@preact/signals";
import type { Conversation, Draft, Link, Message, Person, Phase, Registered, Thread } from "./model";

export type * from "./model";

// What is known. Parts read these and never write them.

export declare const phase: ReadonlySignal<Phase>;
export declare const link: ReadonlySignal<Link>;
/** When the next attempt to connect begins; `null` where none is planned. */
export declare const nextAttempt: ReadonlySignal<Date | null>;
/** Who I am: `name` is what was typed to log in. */
export declare const me: ReadonlySignal<{ readonly id: number; readonly name: string } | null>;
/** Whether the session was ended without being asked to: the log-in form says so. */
export declare const sessionLost: ReadonlySignal<boolean>;
/** Newest first. `null` until they are loaded. */
export declare const conversations: ReadonlySignal<readonly Conversation[] | null>;
/** Who is typing to me. */
export declare const typing: ReadonlySignal<ReadonlySet<number>>;
/** Whom I block. */
export declare const blocked: ReadonlySignal<readonly Person[]>;
/** How many messages wait to be sent. */
export declare const unsent: ReadonlySignal<number>;

/** The messages with this person. Reading it does not load it. */
export declare function thread(peer: number): ReadonlySignal<Thread>;

// What can be done. Each rejects with a `Failure`.

/** Resumes the session that this browser keeps, if there is one. Called once. */
export declare function start(): Promise<void>;
export declare function isUsed(what: "email" | "username", value: string): Promise<boolean>;
export declare function register(email: string, username: string, password: string): Promise<Registered>;
export declare function logIn(login: string, password: string): Promise<void>;
/** Ends the session; unsent messages and drafts of this user are forgotten. */
export declare function logOut(): Promise<void>;
/** Takes the session back from another tab. */
export declare function useHere(): void;
/** Tries to connect at once. */
export declare function connectNow(): void;

/** Makes sure that the conversation is in the list and its newest page is loaded. */
export declare function open(peer: Person): Promise<void>;
/** Loads the page before the oldest message. */
export declare function loadOlder(peer: number): Promise<void>;
/** Loads back to this message, so that it can be shown in its place. */
export declare function loadBackTo(peer: number, message: number): Promise<void>;
/** Shows it at once and sends it when it can be; it survives a reload. */
export declare function send(peer: number, draft: Draft): Promise<void>;
export declare function retry(key: string): void;
export declare function discard(key: string): void;
/** Says that everything of this conversation was seen. */
export declare function markRead(peer: number): void;
/** Called at each keystroke; tells the server once a second at most. */
export declare function iAmTyping(peer: number): void;

export declare function searchPeople(text: string): Promise<readonly Person[]>;
/** Newest first, 50 at most; `before` excludes that message and what is newer. */
export declare function searchMessages(peer: number, text: string, before?: number): Promise<readonly Message[]>;
export declare function block(peer: Person): Promise<void>;
export declare function unblock(peer: number): Promise<void>;

/** The largest medium that the server takes, in bytes. */
export declare const maxMediaBytes: number;
