/** Keeps the session over breaks: each new connection takes it over, and goes on from what is known. */

import { live, onEvent, reconnect, reconnectLater, request, settle } from "./connection";
import { failureOf } from "./failure";
import { catchUp, followFrom, isBegun, setSeen } from "./log";
import { end, showAnyway, signedIn, yieldToOther } from "./phases";
import { addSpare, isTaken, renew, type Session, session } from "./session";
import { takeSnapshot } from "./snapshot";
import { fieldsOf, idFrom, textFrom } from "./wire";

/** A tab that took the session over at the same moment needs so long to say so. */
const courtesy = 500;

/** This connection's key, and its number. */
let address = "";
let connections = 0;
/** Up to where the snapshot reaches from which this connection begins. */
let snapshotHead: number | null = null;

onEvent("address", (data) => {
  address = textFrom(fieldsOf(data).address) ?? "";
  if (session()) void resume();
});

onEvent("disconnect", () => {
  connections += 1;
  snapshotHead = null;
});

// That it failed is told by the acknowledgement, with its reason.
onEvent("login", (data) => {
  const id = idFrom(fieldsOf(data).id);
  const key = textFrom(fieldsOf(data).clientAddress);
  if (key === null || id === null || id !== session()?.id) return;
  renew(key);
  signedIn();
  if (snapshotHead !== null) setSeen(snapshotHead);
  if (isBegun()) settle();
});

// A gap. Where nothing was known it was expected.
onEvent("sync", () => {
  if (!isBegun()) return;
  live.value = false;
  setSeen(null);
  reconnect();
});

onEvent("auth", () => {
  if (session()) reconnectLater();
});

/**
 * Begins on a connection that has just logged in, and need not take anything over. What waited comes by itself and is in
 * the snapshot; from there on the log tells.
 */
export async function begin(): Promise<void> {
  const connection = connections;
  try {
    const head = await takeSnapshot();
    if (connection !== connections) return;
    setSeen(head);
    await catchUp((after) => request("sync", { user_id: session()?.id, after }));
    if (connection === connections) settle();
  } catch {
    if (connection === connections) reconnectLater();
  }
}

/**
 * Takes the session over to this connection. That is not left to the handshake: only who has heard the connection's key
 * before can go on when the line breaks before the answer.
 */
async function resume(): Promise<void> {
  const connection = connections;
  try {
    const head = isBegun() || isKeyInDoubt() ? null : await takeSnapshot();
    const mine = session();
    if (!mine || connection !== connections) return;
    snapshotHead = head;
    await resumeBy(mine, mine.key, head ?? followFrom());
    beginAnew();
  } catch (fault) {
    if (connection === connections) await resumeOtherwise(failureOf(fault).code);
  }
}

/** The page was left while a connection took the session over. Nothing is asked by a key that may be dead. */
function isKeyInDoubt(): boolean {
  return (session()?.spare.length ?? 0) > 0;
}

async function resumeOtherwise(why: string): Promise<void> {
  snapshotHead = null;
  if (why === "unauthenticated") return trySpares();
  if (why === "malformed") return end(true);
  showAnyway();
  reconnectLater();
}

/**
 * The key is dead. Another tab may have used it, or an earlier connection of ours that broke before we heard of it; then
 * the key of that connection opens the session.
 */
async function trySpares(): Promise<void> {
  const connection = connections;
  try {
    if (await isResumedBySpare()) return beginAnew();
    await new Promise((resolve) => setTimeout(resolve, courtesy));
    if (connection !== connections) return;
    if (isTaken()) yieldToOther();
    else end(true);
  } catch {
    if (connection === connections) reconnectLater();
  }
}

/** With a key that is good again the snapshot can be taken. */
function beginAnew(): void {
  if (!isBegun()) reconnect();
}

/**
 * What a broken connection asked for last the server may only come to while these are tried, and it then moves the
 * session from a key yet to be tried to one that was: each round in vain takes one such connection.
 */
async function isResumedBySpare(): Promise<boolean> {
  const mine = session();
  const keys = mine?.spare.filter((key) => key !== address).toReversed() ?? [];
  for (const _ of keys) {
    for (const key of keys) {
      if (!mine || isTaken()) return false;
      if (await isResumedBy(mine, key)) return true;
    }
  }
  return false;
}

async function isResumedBy(mine: Session, key: string): Promise<boolean> {
  try {
    await resumeBy(mine, key, followFrom());
    return true;
  } catch (fault) {
    if (failureOf(fault).code === "unauthenticated") return false;
    throw fault;
  }
}

function resumeBy(mine: Session, key: string, after: number): Promise<unknown> {
  addSpare(address);
  return request("resume", { user_id: mine.id, clientAddress: key, after });
}
