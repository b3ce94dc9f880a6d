/** Saves a medium, or says that it is damaged. */

import { say } from "../notices";
import { IconButton } from "../parts/icon-button";
import { strings } from "../strings";
import type { Medium } from "./data-uri";
import { download } from "./download";

interface Props {
  readonly medium: Medium;
  readonly name: string;
}

export function DownloadButton({ medium, name }: Props) {
  const save = () => {
    if (!download(medium, name)) say(strings.mediumBroken);
  };
  return <IconButton icon="download" class="download" label={strings.downloadNamed(name)} onClick={save} />;
}
