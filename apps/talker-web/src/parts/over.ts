/** What is open over the page is an entry of the history, so that the browser's Back closes it, and nothing else. */

import { useLayoutEffect, useRef } from "preact/hooks";

export function useBackCloses(onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    history.pushState({ ...history.state, over: true }, "");
    const onPopState = () => close.current();
    addEventListener("popstate", onPopState);
    return () => {
      removeEventListener("popstate", onPopState);
      leaveOver();
    };
  }, []);
}

/** What was open is not any more, after a reload for example: its entry leads nowhere. */
export function leaveOver(): void {
  if ((history.state as { over?: unknown } | null)?.over === true) history.back();
}
