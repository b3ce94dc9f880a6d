/** The button that opens the browser's choice of files. */

import { useRef } from "preact/hooks";
import { IconButton } from "../parts/icon-button";
import { strings } from "../strings";

export function FilePicker({ onFiles }: { readonly onFiles: (files: Iterable<File>) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="clip" label={strings.attach} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={strings.attach}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          // So that the same file can be picked again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
