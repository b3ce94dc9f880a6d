/** What was typed into the forms: it outlasts going from one to the other, but never the page. */

import { batch, signal } from "@preact/signals";
import type { Registered } from "../talk";

export const typedLogin = signal("");
export const typedUsername = signal("");
export const typedEmail = signal("");
export const typedPassword = signal("");

export type Screen = "log-in" | "register" | "check-mail" | "forgotten";

export const screen = signal<Screen>("log-in");

/** What became of the registration that the mail is about. */
export const registered = signal<Registered>("created");

export function showMailScreen(outcome: Registered): void {
  batch(() => {
    registered.value = outcome;
    screen.value = "check-mail";
  });
}

export function showLogIn(): void {
  batch(() => {
    if (!typedLogin.peek()) typedLogin.value = typedUsername.peek();
    screen.value = "log-in";
  });
}

/** Once somebody is in, nobody else finds it. */
export function forgetTyped(): void {
  batch(() => {
    for (const typed of [typedLogin, typedUsername, typedEmail, typedPassword]) typed.value = "";
    screen.value = "log-in";
  });
}
