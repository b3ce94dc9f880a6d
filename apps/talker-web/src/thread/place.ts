/**
 * Keeps the reader's place: whatever changes its height above what is read, the read lines stay where they are, and
 * who is at the bottom stays there.
 *
 * Invariant: `anchor` is what stood at the upper edge after the last scrolling. It is measured again whenever the
 * content or the window of it changes in size, before the browser paints, and the difference is scrolled away.
 */

export interface Place {
  toBottom(): void;
  /** So that the element stands at this fraction of the window's height. */
  toElement(element: Element, fraction: number): void;
  stop(): void;
}

/** `null`: the bottom is what is kept. */
type Anchor = { readonly element: Element; readonly top: number } | null;

/** Who is nearer to the bottom than this counts as being there. */
const bottomMargin = 32;

/** `moved` hears after each change whether the bottom is in sight. */
export function keepPlace(
  scroller: HTMLElement,
  content: HTMLElement,
  moved: (atBottom: boolean) => void,
): Place {
  let anchor: Anchor = null;

  const remember = () => {
    const distance = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
    anchor = distance <= bottomMargin ? null : upperEdge(scroller, content);
    moved(distance <= bottomMargin);
  };

  const restore = () => {
    if (anchor === null) scroller.scrollTop = scroller.scrollHeight;
    else if (anchor.element.isConnected) scroller.scrollTop += topIn(scroller, anchor.element) - anchor.top;
    remember();
  };

  const sizes = new ResizeObserver(restore);
  sizes.observe(content);
  sizes.observe(scroller);
  scroller.addEventListener("scroll", remember, { passive: true });

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
      scroller.removeEventListener("scroll", remember);
    },
  };
}

const topIn = (scroller: Element, element: Element) =>
  element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

/** The first row that reaches into the window; a chunk without rows stands for itself. */
function upperEdge(scroller: Element, content: Element): Anchor {
  const edge = scroller.getBoundingClientRect().top;
  const chunk = firstBelow(content.children, edge);
  const element = (chunk && firstBelow(chunk.children, edge)) ?? chunk;
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
