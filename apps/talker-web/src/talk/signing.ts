/** Logging in and out, and keeping the session: resumed with each connection, lost to another tab or for good. */

import {
  connect,
  disconnect,
  onEvent,
  reconnectLater,
  request,
  setCredentials,
  settle,
  whenConnected,
} from "./connection";
import { failureOf } from "./failure";
import { forgetAll } from "./forget";
import { followFrom, isBegun } from "./log";
import { emptyOutbox, loadOutbox } from "./outbox";
import { clearQueue } from "./pending";
import { beginFromSnapshot } from "./recovery";
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
import { fieldsOf, idFrom, textFrom } from "./wire";

/** A tab that took the session over at the same moment needs so long to say so. */
const courtesy = 500;

/** Who is logging in, with a password. */
let entering: string | null = null;
/** The key of this connection. */
let address = "";
/** Whether a connection was begun with the session, and not answered yet. */
let isAwaiting = false;
let isTryingSpares = false;

setCredentials(() => {
  const mine = session();
  return mine && entering === null ? { user_id: mine.id, clientAddress: mine.key, after: followFrom() } : {};
});

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
    await request("login", { login, hash: password, after: followFrom() }, 30_000);
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
  isAwaiting = entering === null && session() !== null;
  if (isAwaiting) addSpare(address);
});

onEvent("login", (data) => {
  isAwaiting = false;
  const id = idFrom(fieldsOf(data).id);
  const key = textFrom(fieldsOf(data).clientAddress);
  if (id !== null && key !== null) enter(id, key);
  else if (entering === null) void trySpares();
});

onEvent("auth", () => {
  if (session()) reconnectLater();
});

// Of other events the acknowledgement tells more.
onEvent("error", (number) => {
  if (!isAwaiting) return;
  if (number === 400) return end(true);
  showAnyway();
  reconnectLater();
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
  beginFromSnapshot();
  if (isBegun()) settle();
}

/**
 * The key is dead. Another tab may have used it, or an earlier connection of ours that broke before we heard of it; then
 * the key of that connection opens the session.
 */
async function trySpares(): Promise<void> {
  if (isTryingSpares) return;
  isTryingSpares = true;
  try {
    if (await isResumedBySpare()) return;
    await new Promise((resolve) => setTimeout(resolve, courtesy));
    if (isTaken()) yieldToOther();
    else end(true);
  } catch {
    reconnectLater();
  } finally {
    isTryingSpares = false;
  }
}

async function isResumedBySpare(): Promise<boolean> {
  const mine = session();
  if (!mine || isTaken()) return false;
  for (const key of mine.spare.toReversed()) {
    if (key !== address && (await isResumedBy(mine.id, key))) return true;
  }
  return false;
}

async function isResumedBy(user: number, key: string): Promise<boolean> {
  try {
    await request("resume", { user_id: user, clientAddress: key, after: followFrom() });
    return true;
  } catch (fault) {
    if (failureOf(fault).code === "unauthenticated") return false;
    throw fault;
  }
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
