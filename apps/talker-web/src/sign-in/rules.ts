/** What a username, an email and a password may be, as the server has it: each gives what is wrong, or `null`. */

import { strings } from "../strings";

export function wrongWithUsername(name: string): string | null {
  if (/[^A-Za-z0-9_.]/.test(name)) return strings.usernameOdd;
  if (name.length < 4) return strings.usernameShort;
  return name.length > 20 ? strings.usernameLong : null;
}

/** Only what is surely none: the mail itself is the real check. */
export function wrongWithEmail(email: string): string | null {
  return /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 ? null : strings.emailOdd;
}

export function wrongWithPassword(password: string): string | null {
  const length = [...password].length;
  if (length < 8) return strings.passwordShort;
  return length > 255 ? strings.passwordLong : null;
}
