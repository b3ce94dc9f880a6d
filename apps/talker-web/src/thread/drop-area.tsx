/** Takes files that are dropped onto a conversation. */

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon";
import { strings } from "../strings";
import type { Person } from "../talk";

interface Props {
  readonly peer: Person;
  readonly onFiles: (files: Iterable<File>) => void;
  readonly children: ComponentChildren;
}

export function DropArea({ peer, onFiles, children }: Props) {
  const [isOver, setOver] = useState(false);
  // Entering an inner element comes before leaving the outer one, so both are counted.
  const depth = useRef(0);
  const enter = (by: number) => (event: DragEvent) => {
    if (!hasFiles(event)) return;
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    onFiles(event.dataTransfer?.files ?? []);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in the composer does the same by keyboard
    <div
      class="drop-area"
      onDragEnter={enter(1)}
      onDragLeave={enter(-1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {isOver && (
        <div class="drop-veil">
          <Icon name="clip" />
          <p>{strings.drop(peer.username)}</p>
        </div>
      )}
    </div>
  );
}

/** From now on, whatever is dropped elsewhere is left alone: a browser would show it in the place of the page. */
export function refuseStrayFiles(): void {
  const refuse = (event: DragEvent) => {
    if (event.defaultPrevented || !hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
  };
  addEventListener("dragover", refuse);
  addEventListener("drop", refuse);
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
