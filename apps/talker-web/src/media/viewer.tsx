/** A photo as large as the window. */

import { Dialog } from "../parts/dialog";
import type { Medium } from "./data-uri";
import { DownloadButton } from "./download-button";

interface Props {
  readonly url: string;
  readonly name: string;
  readonly medium: Medium;
  readonly onClose: () => void;
}

export function Viewer({ url, name, medium, onClose }: Props) {
  return (
    <Dialog
      title={name}
      class="viewer"
      actions={<DownloadButton medium={medium} name={name} />}
      onClose={onClose}
    >
      <img class="viewer-photo" src={url} alt={name} />
    </Dialog>
  );
}
