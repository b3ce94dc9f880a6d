/** A file in a message: its name, its size and a button to save it. Also whatever cannot be shown here. */

import { Icon } from "../parts/icon";
import type { Kind } from "../talk";
import { type Medium, sizeOf } from "./data-uri";
import { DownloadButton } from "./download-button";
import { FileName } from "./file-name";
import { nameOfMedium, sizeText } from "./names";

interface Props {
  readonly medium: Medium;
  readonly kind: Kind;
  readonly problem?: string;
}

export function FileCard({ medium, kind, problem }: Props) {
  const name = nameOfMedium(medium, kind);
  return (
    <div class="file-card">
      <span class="file-mark">
        <Icon name={kind} />
      </span>
      <div class="file-words">
        <FileName name={name} />
        <span class="file-size">{problem ?? sizeText(sizeOf(medium))}</span>
      </div>
      <DownloadButton medium={medium} name={name} />
    </div>
  );
}
