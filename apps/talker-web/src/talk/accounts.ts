/** Opening an account. */

import { failure } from "./failure";
import type { Registered } from "./model";
import { post } from "./rest";
import { fieldsOf } from "./wire";

const outcomes: readonly unknown[] = [
  "created",
  "username_used",
  "email_used",
  "pending",
] satisfies Registered[];

export async function isUsed(what: "email" | "username", value: string): Promise<boolean> {
  return fieldsOf(await post(`/isUsed/${what}`, { [what]: value })).res === 1;
}

/** Has a link sent that sets a forgotten password anew. Whether there is such an account is not told. */
export async function resetPassword(email: string): Promise<void> {
  await post("/password/reset", { email });
}

/** The password is sent as `hash`; the server stores only what Argon2id makes of it. */
export async function register(email: string, username: string, password: string): Promise<Registered> {
  const { code } = fieldsOf(await post("/register", { email, username, hash: password }));
  if (!outcomes.includes(code)) throw failure("internal");
  return code as Registered;
}
