/** Shows a message that is no text. */

import { useMemo } from "preact/hooks";
import { Icon } from "../parts/icon";
import { strings } from "../strings";
import type { Message } from "../talk";
import { readMedium } from "./data-uri";
import { FileCard } from "./file-card";
import { Photo } from "./photo";
import { Playable } from "./playable";

export function MediumBody({ message }: { readonly message: Message }) {
  const { kind, content } = message;
  const medium = useMemo(() => readMedium(content), [content]);
  if (!medium) {
    return (
      <p class="broken">
        <Icon name="warning" /> {strings.mediumBroken}
      </p>
    );
  }
  if (kind === "photo") return <Photo id={message.key} medium={medium} />;
  if (kind === "video" || kind === "audio") return <Playable medium={medium} kind={kind} />;
  return <FileCard medium={medium} kind={kind} />;
}
