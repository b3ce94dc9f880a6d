/** Makes of many calls in a short time one, a moment later. */

const delay = 100;

export function soon(work: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      work();
    }, delay);
  };
}
