/** Who types to me, and telling whom I type to. */

import { signal } from "@preact/signals";
import { live, onEvent, tell } from "./connection";
import { session } from "./session";
import { fieldsOf, idFrom } from "./wire";

/** The server wants to be told about once a second, and forgets after one and a half. */
const interval = 1000;

export const typing = signal<ReadonlySet<number>>(new Set());

let told = { peer: 0, at: 0 };

export function iAmTyping(peer: number): void {
  const mine = session();
  const now = Date.now();
  if (!mine || !live.peek() || (told.peer === peer && now - told.at < interval)) return;
  told = { peer, at: now };
  tell("type", { user_id: mine.id, to_id: peer });
}

onEvent("typing", (data) => {
  const fields = fieldsOf(data);
  const typer = idFrom(fields.typer);
  if (typer === null) return;
  const now = new Set(typing.peek());
  if (fields.typing === true) now.add(typer);
  else now.delete(typer);
  typing.value = now;
});

live.subscribe((is) => {
  if (!is) typing.value = new Set();
});
