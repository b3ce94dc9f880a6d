/** Watches how much of a large message has left this machine. */

import { bytesWaiting } from "./connection";

/** Less than this is gone before anybody could read a number. */
const worthWatching = 100_000;
const interval = 200;

/** Tells the share that has left, from 0 to 1, until it is stopped. */
export function watchUpload(bytes: number, tell: (share: number) => void): () => void {
  if (bytes < worthWatching) return () => {};
  let most = 0;
  const timer = setInterval(() => {
    const waiting = bytesWaiting();
    if (waiting === null) return;
    const share = 1 - Math.min(waiting, bytes) / bytes;
    if (share > most || most === 0) tell(share);
    most = Math.max(most, share);
  }, interval);
  return () => clearInterval(timer);
}
