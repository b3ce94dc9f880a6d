/** Asks the server for what is being typed. */

import type { Failure } from "./talk";

/** In milliseconds. */
const typingPause = 200;

/** Asks, tells what came as long as it `isWanted`, and gives why nothing came. */
export type Ask = (isWanted: () => boolean) => Promise<Failure | null>;

/**
 * Asks once the typing pauses; where the server found that too fast, once more after the time that it named. Gives how to
 * stop.
 */
export function askOncePaused(ask: Ask): () => void {
  let isWanted = true;
  let timer = setTimeout(async () => {
    const failure = await ask(() => isWanted);
    if (!isWanted || failure?.code !== "rate_limited" || failure.retryAfter === undefined) return;
    timer = setTimeout(ask, failure.retryAfter, () => isWanted);
  }, typingPause);
  return () => {
    isWanted = false;
    clearTimeout(timer);
  };
}
