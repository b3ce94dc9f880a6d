/** Requests over REST: by POST and with the key in a header, so that no secret ends up in an address. */

import { live, reconnectLater, whenLive } from "./connection";
import { failure, failureOf } from "./failure";
import { session } from "./session";
import { doubtSilence } from "./silence";
import { refusalFrom } from "./wire";

const patience = 60_000;

/** What stands before a server refuses in a language of its own. */
const codes: Readonly<Record<number, string>> = { 413: "too_large", 429: "rate_limited", 503: "busy" };

export async function post(route: string, body: object, key?: string): Promise<unknown> {
  const inVain = new AbortController();
  const late = setTimeout(() => inVain.abort(), patience);
  const stopDoubting = doubtSilence(0, () => {
    inVain.abort();
    reconnectLater();
  });
  try {
    return await ask(route, body, key, inVain.signal);
  } finally {
    clearTimeout(late);
    stopDoubting();
  }
}

/** A request with the session. */
export async function postAsMe(route: string, body: object = {}): Promise<unknown> {
  const mine = session();
  if (!mine) throw failure("unauthenticated");
  return post(route, { user_id: mine.id, ...body }, mine.key);
}

/** A request with the session, once it is up. One that crosses a change of the key is made again. */
export async function postWhenLive(route: string, body: object = {}): Promise<unknown> {
  if (!session()) throw failure("unauthenticated");
  await whenLive();
  const key = session()?.key;
  try {
    return await postAsMe(route, body);
  } catch (fault) {
    if (failureOf(fault).code !== "unauthenticated" || !session()) throw fault;
    if (live.peek() && session()?.key === key) reconnectLater();
    await whenLive();
    return postAsMe(route, body);
  }
}

async function ask(
  route: string,
  body: object,
  key: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = await fetch(location.origin + route, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
    signal,
  }).catch(() => Promise.reject(failure("offline")));
  const content: unknown = await answer.json().catch(() => null);
  // Whatever is not from our server says nothing, though it may say so with a 200.
  if (answer.ok && content !== null) return content;
  const code = codes[answer.status] ?? (content === null ? "offline" : "internal");
  throw refusalFrom(content, code, answer.headers.get("Retry-After"));
}
