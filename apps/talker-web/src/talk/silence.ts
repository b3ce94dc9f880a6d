/** Doubts a server that answers nothing, though the connection to it stays open: it may be frozen. */

const patience = 4000;
const probePatience = 8000;

let heard = 0;

/** The server said something, whatever it was. */
export function noteHeard(): void {
  heard += 1;
}

/**
 * Calls back where nothing at all is heard from now on, and the server is found to be gone. `allowance` is what may
 * take its time besides. Gives how to stop.
 */
export function doubtSilence(allowance: number, onGone: () => void): () => void {
  const before = heard;
  let isOver = false;
  const isSilent = () => heard === before && !isOver;
  const timer = setTimeout(async () => {
    if (isSilent() && !(await answers()) && isSilent()) onGone();
  }, patience + allowance);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Asked apart from the connection, on which a slow line may be busy with a photo, in either direction. */
function answers(): Promise<boolean> {
  const signal = AbortSignal.timeout(probePatience);
  return fetch(`${location.origin}/icon.svg`, { method: "HEAD", cache: "no-store", signal }).then(
    () => true,
    () => false,
  );
}
