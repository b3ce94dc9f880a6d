/**
 * Keeps the reader's place: whatever changes its height above what is read, the read lines stay where they are, and
 * who is at the bottom stays there.
 *
 * Invariant: `known` is how things stood when they were last settled. They are settled again at each scrolling and
 * whenever the content or the window of it changes in size, before the browser paints. What then moved the anchor
 * beyond the scrolling since was a change of layout, and is scrolled away.
 */

export interface Place {
  toBottom(): void;
  /** So that the element stands at this fraction of the window's height. */
  toElement(element: Element, fraction: number): void;
  stop(): void;
}

interface Known {
  /** The first row in sight and its place in the window; `null` where the bottom is what is kept. */
  readonly anchor: { readonly element: Element; readonly top: number } | null;
  readonly scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

/** Who is nearer to the bottom than this counts as being there. */
const bottomMargin = 32;

/** `moved` hears after each change whether the bottom is in sight. */
export function keepPlace(
  scroller: HTMLElement,
  content: HTMLElement,
  moved: (atBottom: boolean) => void,
): Place {
  let known: Known = { anchor: null, scrollTop: 0, scrollHeight: 0, clientHeight: 0 };

  const remember = () => {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const atBottom = scrollHeight - clientHeight - scrollTop <= bottomMargin;
    known = { anchor: atBottom ? null : upperEdge(scroller, content), scrollTop, scrollHeight, clientHeight };
    moved(atBottom);
  };

  const settle = () => {
    const { anchor } = known;
    const isSame =
      scroller.scrollHeight === known.scrollHeight && scroller.clientHeight === known.clientHeight;
    if (anchor?.element.isConnected) {
      const scrolled = scroller.scrollTop - known.scrollTop;
      const shift = topIn(scroller, anchor.element) - (anchor.top - scrolled);
      if (Math.abs(shift) >= 1) scroller.scrollTop += shift;
    } else if (!anchor && !isSame) {
      scroller.scrollTop = scroller.scrollHeight;
    }
    remember();
  };

  const sizes = new ResizeObserver(settle);
  sizes.observe(content);
  sizes.observe(scroller);
  scroller.addEventListener("scroll", settle, { passive: true });

  return {
    toBottom() {
      scroller.scrollTop = scroller.scrollHeight;
      remember();
    },
    toElement(element, fraction) {
      scroller.scrollTop += topIn(scroller, element) - scroller.clientHeight * fraction;
      remember();
    },
    stop() {
      sizes.disconnect();
      scroller.removeEventListener("scroll", settle);
    },
  };
}

const topIn = (scroller: Element, element: Element) =>
  element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

/** The first row that reaches into the window; a chunk without rows stands for itself. */
function upperEdge(scroller: Element, content: Element): Known["anchor"] {
  const edge = scroller.getBoundingClientRect().top;
  const first = firstBelow(content.children, edge);
  // What stands above the oldest message stays there when older ones come below it.
  const chunk = first?.matches(".history-top") ? (first.nextElementSibling ?? first) : first;
  const row = chunk && firstBelow(chunk.children, edge);
  // Not with what is above its bubble, which changes when older messages come.
  const element = row?.querySelector(".bubble") ?? row ?? chunk;
  return element && { element, top: topIn(scroller, element) };
}

/** They stand one under the other, so halving finds it among thousands. */
function firstBelow(elements: HTMLCollection, edge: number): Element | null {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const bottom = elements[middle]?.getBoundingClientRect().bottom ?? edge;
    if (bottom > edge) high = middle;
    else low = middle + 1;
  }
  return elements[low] ?? null;
}
