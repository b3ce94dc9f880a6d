/** The attachments above the place to write, as they will be sent. */

import { useEffect, useState } from "preact/hooks";
import { FileName } from "../media/file-name";
import { sizeText } from "../media/names";
import { Icon } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import { strings } from "../strings";
import { type Attachment, attachmentsFor, demote, detach } from "./attachments";

export function Tray({ peer }: { readonly peer: number }) {
  const attachments = attachmentsFor(peer).value;
  if (attachments.length === 0) return null;
  return (
    <ul class="tray" aria-label={strings.attachments}>
      {attachments.map((one) => (
        <Card key={one.key} peer={peer} attachment={one} />
      ))}
    </ul>
  );
}

interface CardProps {
  readonly peer: number;
  readonly attachment: Attachment;
}

function Card({ peer, attachment }: CardProps) {
  const { key, file, name, problem } = attachment;
  return (
    <li class={problem ? "tray-card wrong" : "tray-card"}>
      <Preview peer={peer} attachment={attachment} />
      <span class="tray-words">
        <FileName name={name} />
        <span class="file-size" role={problem ? "alert" : undefined}>
          {problem ? `${sizeText(file.size)}. ${problem}` : sizeText(file.size)}
        </span>
      </span>
      <IconButton icon="close" label={strings.removeAttachment(name)} onClick={() => detach(peer, key)} />
    </li>
  );
}

function Preview({ peer, attachment }: CardProps) {
  const { key, file, kind, problem } = attachment;
  const url = useFileUrl(file);
  const giveUp = () => demote(peer, key);
  if (url && !problem && kind === "photo") return <img class="tray-look" src={url} alt="" onError={giveUp} />;
  if (url && !problem && kind === "video") {
    return <video class="tray-look" src={url} muted playsInline preload="metadata" onError={giveUp} />;
  }
  return (
    <span class="tray-look">
      <Icon name={kind} />
    </span>
  );
}

function useFileUrl(file: File): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
