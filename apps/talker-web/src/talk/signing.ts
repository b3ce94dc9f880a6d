/** Logging in and out, and which tab uses the session. */

import { connect, disconnect, request, whenConnected } from "./connection";
import { failure } from "./failure";
import { forgetAll } from "./forget";
import { emptyOutbox, loadOutbox } from "./outbox";
import { clearQueue } from "./pending";
import { end, showAnyway, signedIn, yieldToOther } from "./phases";
import { begin } from "./resuming";
import { searchPeople } from "./search";
import {
  adopt,
  isTaken,
  leave,
  me,
  onStored,
  phase,
  rename,
  renew,
  type Session,
  session,
  storedSession,
} from "./session";
import { idFrom, textFrom } from "./wire";

/** The server takes its time with passwords. */
const patience = 30_000;

export async function start(): Promise<void> {
  const stored = storedSession();
  if (!stored) {
    phase.value = "signed-out";
    return;
  }
  adopt(stored);
  connect();
  whenConnected().catch(showAnyway);
  await Promise.all([loadOutbox(), whenStarted()]);
}

/** The password is sent once and not kept. */
export async function logIn(login: string, password: string): Promise<void> {
  disconnect();
  leave();
  try {
    connect();
    await whenConnected();
    enter(login, await request("login", { login, hash: password }, { patience }));
  } catch (fault) {
    disconnect();
    throw fault;
  }
  await loadOutbox();
}

export async function logOut(): Promise<void> {
  const user = session()?.id;
  await request("logout", {}, { patience: 3000 }).catch(() => {});
  end(false);
  if (user !== undefined) await emptyOutbox(user);
}

export function useHere(): void {
  const stored = storedSession();
  if (stored) takeUp(stored);
  else end(false);
}

onStored(() => {
  if (phase.peek() === "signed-out") return;
  if (!storedSession()) end(false);
  else if (isTaken()) yieldToOther();
});

function whenStarted(): Promise<void> {
  return new Promise((resolve) => {
    const stop = phase.subscribe((now) => {
      if (now !== "starting") queueMicrotask(() => [stop(), resolve()]);
    });
  });
}

/** Goes on with the connection that logged in: a server may end sessions with theirs. */
function enter(name: string, answer: Record<string, unknown>): void {
  const id = idFrom(answer.id);
  const key = textFrom(answer.clientAddress);
  if (id === null || key === null) throw failure("internal");
  forgetAll();
  adopt({ id, name, key, spare: [] });
  renew(key);
  signedIn();
  void begin();
  learnName(id, name).catch(() => {});
}

/** Somebody may have typed an email, or a name in other letters than it has. */
async function learnName(id: number, typed: string): Promise<void> {
  const own = (await searchPeople(typed)).find((person) => person.id === id);
  if (own && session()?.id === id) rename(own.username);
}

function takeUp(stored: Session): void {
  if (stored.id !== me.peek()?.id) forgetAll();
  adopt(stored);
  signedIn();
  // The other tab may have sent what waited here.
  clearQueue();
  void loadOutbox();
  connect();
}
