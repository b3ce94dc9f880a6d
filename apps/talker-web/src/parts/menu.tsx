/** A button with a menu under it: arrows move, Escape and the page's Back close and give the focus back. */

import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon";
import { useBackCloses } from "./over";

interface Props {
  readonly icon: IconName;
  readonly label: string;
  readonly children: ComponentChildren;
}

export function Menu({ icon, label, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <div class="menu">
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={icon} />
      </button>
      {isOpen && (
        <Sheet label={label} button={button} onClose={() => setOpen(false)}>
          {children}
        </Sheet>
      )}
    </div>
  );
}

interface SheetProps {
  readonly label: string;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

function Sheet({ label, button, onClose, children }: SheetProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const close = () => {
    onClose();
    button.current?.focus();
  };
  useBackCloses(close);
  useEffect(() => {
    itemsIn(sheet.current)[0]?.focus();
    const closeOutside = (event: Event) => {
      const place = event.target as Node;
      if (!sheet.current?.contains(place) && !button.current?.contains(place)) onClose();
    };
    addEventListener("pointerdown", closeOutside);
    return () => removeEventListener("pointerdown", closeOutside);
  }, []);
  return (
    <div
      ref={sheet}
      class="menu-sheet"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={(event) => onKey(event, sheet.current, close)}
      // Before the item does its work: a dialog that it opens gives the focus back to where it was then.
      onClickCapture={() => button.current?.focus()}
      onClick={close}
    >
      {children}
    </div>
  );
}

function onKey(event: KeyboardEvent, sheet: HTMLElement | null, close: () => void) {
  if (event.key === "Tab") return close();
  if (event.key === "Escape") close();
  else if (!moveFocus(event.key, itemsIn(sheet))) return;
  event.preventDefault();
  event.stopPropagation();
}

const itemsIn = (sheet: HTMLElement | null) => [
  ...(sheet?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? []),
];

/** Moves the focus among these by arrows, Home and End; whether the key was one of them. */
export function moveFocus(key: string, items: readonly HTMLElement[]): boolean {
  const at = items.indexOf(document.activeElement as HTMLElement);
  const last = items.length - 1;
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? last : at - 1, Home: 0, End: last }[key];
  if (next === undefined) return false;
  items[Math.max(0, Math.min(last, next))]?.focus();
  return true;
}
