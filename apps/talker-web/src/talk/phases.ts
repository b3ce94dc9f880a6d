/** How the page goes from one of its phases to another. */

import { disconnect } from "./connection";
import { forgetAll } from "./forget";
import { phase, removeSession, sessionLost } from "./session";

export function signedIn(): void {
  phase.value = "signed-in";
  sessionLost.value = false;
}

/** Without an answer the page shows what it has, and that it is trying. */
export function showAnyway(): void {
  if (phase.peek() === "starting") phase.value = "signed-in";
}

/** Another tab has taken the session over. */
export function yieldToOther(): void {
  disconnect();
  phase.value = "elsewhere";
}

/** Ends the session here. `isLost`: nobody asked for it. */
export function end(isLost: boolean): void {
  disconnect();
  removeSession();
  forgetAll();
  phase.value = "signed-out";
  sessionLost.value = isLost;
}
