/** Asks whoever leaves the page while it holds something to be sent that the browser would not keep. */

import { effect } from "@preact/signals";
import { unkept } from "./talk";
import { unkeptFileCount } from "./thread/kept-files";

export function askBeforeLeaving(): void {
  effect(() => {
    // Not there without need: some browsers then load the page anew when somebody comes back to it.
    removeEventListener("beforeunload", ask);
    if (unkept.value + unkeptFileCount.value > 0) addEventListener("beforeunload", ask);
  });
}

/** The browser asks in words of its own. */
function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
