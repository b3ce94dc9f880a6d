/** Tells parts of a scrolled column when they come near to what is in sight, and when they leave. */

type Listener = (near: boolean) => void;

interface Watch {
  readonly observer: IntersectionObserver;
  readonly listeners: Map<Element, Listener>;
}

/** Generous, so that nobody scrolls into a void. */
const margin = "1600px 0px";

const watches = new WeakMap<Element, Watch>();

/** `root` is what scrolls. Gives back how to stop. */
export function watchNearness(root: Element, element: Element, listener: Listener): () => void {
  const { observer, listeners } = watchOf(root);
  listeners.set(element, listener);
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    listeners.delete(element);
  };
}

function watchOf(root: Element): Watch {
  const known = watches.get(root);
  if (known) return known;
  const listeners = new Map<Element, Listener>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    { root, rootMargin: margin },
  );
  const made = { observer, listeners };
  watches.set(root, made);
  return made;
}
