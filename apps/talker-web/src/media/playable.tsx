/** A video or a sound in a message, with the browser's own controls. */

import { useState } from "preact/hooks";
import { strings } from "../strings";
import { useBlobUrl } from "./blob-url";
import type { Medium } from "./data-uri";
import { DownloadButton } from "./download-button";
import { FileCard } from "./file-card";
import { FileName } from "./file-name";
import { nameOfMedium } from "./names";

interface Props {
  readonly medium: Medium;
  readonly kind: "video" | "audio";
}

export function Playable({ medium, kind }: Props) {
  const url = useBlobUrl(medium);
  const [broken, setBroken] = useState(false);
  if (url === null || broken) {
    const problem = kind === "video" ? strings.videoBroken : strings.audioBroken;
    return <FileCard medium={medium} kind={kind} problem={problem} />;
  }
  const name = nameOfMedium(medium, kind);
  const Player = kind;
  return (
    <div class={`playable ${kind}`}>
      {url ? (
        <Player
          src={url}
          controls
          playsInline
          preload="metadata"
          aria-label={name}
          onError={() => setBroken(true)}
        />
      ) : (
        <div class="player-place" />
      )}
      <div class="playable-foot">
        <FileName name={name} />
        <DownloadButton medium={medium} name={name} />
      </div>
    </div>
  );
}
