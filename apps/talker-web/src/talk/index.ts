/** The client core, as the page's parts use it: what is known, as signals, and what can be done. */

import type { ReadonlySignal } from "@preact/signals";
import * as connection from "./connection";
import { listPerson } from "./contacts";
import * as conversationList from "./conversations";
import { loadNewest } from "./history";
import type { Conversation, Link, Person, Phase } from "./model";
import * as outbox from "./outbox";
import { unkeptCount } from "./outbox-store";
import { unsentCount } from "./pending";
import * as people from "./people";
import "./resuming";
import * as kept from "./session";
import * as typists from "./typing";

export type * from "./model";

// What is known. Parts read these and never write them.

export const phase: ReadonlySignal<Phase> = kept.phase;
export const link: ReadonlySignal<Link> = connection.link;
/** When the next attempt to connect begins; `null` where none is planned. */
export const nextAttempt: ReadonlySignal<Date | null> = connection.nextAttempt;
/** Who I am: `name` is the username, and for a moment what was typed to log in. */
export const me: ReadonlySignal<{ readonly id: number; readonly name: string } | null> = kept.me;
/** Whether the session was ended without being asked to: the log-in form says so. */
export const sessionLost: ReadonlySignal<boolean> = kept.sessionLost;
/** Newest first. `null` until they are loaded. */
export const conversations: ReadonlySignal<readonly Conversation[] | null> = conversationList.conversations;
/** Who is typing to me. */
export const typing: ReadonlySignal<ReadonlySet<number>> = typists.typing;
/** Whom I block. */
export const blocked: ReadonlySignal<readonly Person[]> = people.blocked;
/** How many messages wait to be sent. */
export const unsent: ReadonlySignal<number> = unsentCount;
/** How many of these the browser would not keep: whoever leaves the page loses them. */
export const unkept: ReadonlySignal<number> = unkeptCount;
/** Whether they wait because the server found that they came too fast. */
export const tooFast: ReadonlySignal<boolean> = outbox.tooFast;

/** The messages with this person. Reading it does not load it. */
export { thread } from "./threads";

// What can be done. Each that is awaited rejects with a `Failure`.

/** Opening an account, and coming back to one. */
export { isUsed, register, resetPassword } from "./accounts";
/** Tries to connect at once. */
export { connectNow } from "./connection";
/** Makes sure that the conversation is in the list. */
export { listPerson as list } from "./contacts";
/**
 * `start` resumes the session that this browser keeps, if there is one; called once. `logOut` ends it, and forgets the
 * unsent messages of this user. `useHere` takes it back from another tab.
 */
export { logIn, logOut, start, useHere } from "./signing";
/** Makes sure that the conversation is in the list and its newest page is loaded. */
export function open(peer: Person): Promise<void> {
  listPerson(peer);
  return loadNewest(peer.id);
}
/** Load the page before the oldest message; or back to one, so that it can be shown in its place. */
export { loadBackTo, loadOlder } from "./history";
/** The largest medium that the server takes, in bytes. */
export { maxMediaBytes } from "./limits";
/** `send` shows a message at once and sends it when it can be; it survives a reload. */
export { discard, retry, send } from "./outbox";
export { block, unblock } from "./people";
/** Says that everything of this conversation was seen. */
export { markRead } from "./reading";
export { searchMessages, searchPeople } from "./search";
/** Called at each keystroke; tells the server once a second at most. */
export { iAmTyping } from "./typing";
