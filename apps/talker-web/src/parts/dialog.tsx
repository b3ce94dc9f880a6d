/** A dialog: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back. The page's Back closes it too. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { strings } from "../strings";
import { IconButton } from "./icon-button";
import { useBackCloses } from "./over";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly class?: string;
  /** Buttons beside the one that closes. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Dialog({ title, onClose, class: more = "", actions, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  useBackCloses(onClose);
  return (
    <dialog
      ref={ref}
      class={`dialog ${more}`}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header class="dialog-head">
        <h2 dir="auto">{title}</h2>
        {actions}
        <IconButton icon="close" label={strings.close} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
