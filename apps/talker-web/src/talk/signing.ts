/** Logging in and out, and keeping the session: resumed with each connection, lost to another tab or for good. */

import {
  connect,
  disconnect,
  live,
  onEvent,
  reconnect,
  reconnectLater,
  request,
  settle,
  whenConnected,
} from "./connection";
import { failureOf } from "./failure";
import { forgetAll } from "./forget";
import { beyond, followFrom, isBegun, setSeen } from "./log";
import { emptyOutbox, loadOutbox } from "./outbox";
import { clearQueue } from "./pending";
import {
  addSpare,
  adopt,
  isTaken,
  leave,
  me,
  onStored,
  phase,
  removeSession,
  renew,
  type Session,
  session,
  sessionLost,
  storedSession,
} from "./session";
import { takeSnapshot } from "./snapshot";
import { fieldsOf, idFrom, textFrom } from "./wire";

/** A tab that took the session over at the same moment needs so long to say so. */
const courtesy = 500;

/** Who is logging in, with a password. */
let entering: string | null = null;
/** This connection's key, and its number. */
let address = "";
let connections = 0;
/** Up to where the snapshot reaches from which this connection begins. */
let snapshotHead: number | null = null;

export async function start(): Promise<void> {
  const stored = storedSession();
  if (!stored) {
    phase.value = "signed-out";
    return;
  }
  adopt(stored);
  const answered = new Promise<void>((resolve) => {
    const stop = phase.subscribe((now) => {
      if (now !== "starting") queueMicrotask(() => [stop(), resolve()]);
    });
  });
  connect();
  // Without a connection the page shows what it has, and that it is trying.
  whenConnected().catch(showAnyway);
  await Promise.all([loadOutbox(), answered]);
}

export async function logIn(login: string, password: string): Promise<void> {
  disconnect();
  leave();
  entering = login;
  try {
    connect();
    await whenConnected();
    await request("login", { login, hash: password, after: beyond }, 30_000);
    entering = null;
    // The snapshot comes first, and the connection that follows it after it, as on any other start.
    reconnect();
    await loadOutbox();
  } catch (fault) {
    disconnect();
    throw fault;
  } finally {
    entering = null;
  }
}

export async function logOut(): Promise<void> {
  const user = session()?.id;
  await request("logout", {}, 3000).catch(() => {});
  end(false);
  if (user !== undefined) await emptyOutbox(user);
}

export function useHere(): void {
  const stored = storedSession();
  if (stored) takeUp(stored);
  else end(false);
}

onEvent("address", (data) => {
  address = textFrom(fieldsOf(data).address) ?? "";
  if (entering === null && session()) void resume();
});

onEvent("disconnect", () => {
  connections += 1;
  snapshotHead = null;
});

onEvent("login", (data) => {
  const id = idFrom(fieldsOf(data).id);
  const key = textFrom(fieldsOf(data).clientAddress);
  // That it failed is told by the acknowledgement, with its reason.
  if (id !== null && key !== null) enter(id, key);
});

// A gap.
onEvent("sync", () => {
  if (entering !== null) return;
  live.value = false;
  setSeen(null);
  reconnect();
});

onEvent("auth", () => {
  if (session()) reconnectLater();
});

onStored(() => {
  const now = phase.peek();
  if (now === "signed-out") return;
  if (!storedSession()) end(false);
  else if (isTaken()) yieldToOther();
});

function showAnyway(): void {
  if (phase.peek() === "starting") phase.value = "signed-in";
}

function takeUp(stored: Session): void {
  if (stored.id !== me.peek()?.id) forgetAll();
  adopt(stored);
  phase.value = "signed-in";
  // The other tab may have sent what waited here.
  clearQueue();
  void loadOutbox();
  connect();
}

function enter(id: number, key: string): void {
  if (entering !== null) {
    forgetAll();
    adopt({ id, name: entering, key, spare: [] });
  }
  renew(key);
  phase.value = "signed-in";
  sessionLost.value = false;
  if (snapshotHead !== null) setSeen(snapshotHead);
  if (isBegun()) settle();
}

/**
 * Takes the session over to this connection. That is not left to the handshake: only who has heard the connection's key
 * before can go on when the line breaks before the answer.
 */
async function resume(): Promise<void> {
  const connection = connections;
  try {
    const head = isBegun() ? null : await takeSnapshot();
    const mine = session();
    if (!mine || connection !== connections) return;
    snapshotHead = head;
    addSpare(address);
    await resumeBy(mine, mine.key, head ?? followFrom());
  } catch (fault) {
    if (connection === connections) await resumeOtherwise(failureOf(fault).code);
  }
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
    if (await isResumedBySpare()) return;
    await new Promise((resolve) => setTimeout(resolve, courtesy));
    if (connection !== connections) return;
    if (isTaken()) yieldToOther();
    else end(true);
  } catch {
    reconnectLater();
  }
}

async function isResumedBySpare(): Promise<boolean> {
  const mine = session();
  if (!mine || isTaken()) return false;
  for (const key of mine.spare.toReversed()) {
    if (key !== address && (await isResumedBy(mine, key))) return true;
  }
  return false;
}

async function isResumedBy(mine: Session, key: string): Promise<boolean> {
  try {
    addSpare(address);
    await resumeBy(mine, key, followFrom());
    return true;
  } catch (fault) {
    if (failureOf(fault).code === "unauthenticated") return false;
    throw fault;
  }
}

function resumeBy(mine: Session, key: string, after: number): Promise<unknown> {
  return request("resume", { user_id: mine.id, clientAddress: key, after });
}

function yieldToOther(): void {
  disconnect();
  phase.value = "elsewhere";
}

/** Ends the session here. `isLost`: nobody asked for it. */
function end(isLost: boolean): void {
  disconnect();
  removeSession();
  forgetAll();
  phase.value = "signed-out";
  sessionLost.value = isLost;
}
