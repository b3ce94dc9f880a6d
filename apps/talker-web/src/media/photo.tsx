/** A photo in a message: as large as the bubble allows, larger in a dialog. */

import { useState } from "preact/hooks";
import { strings } from "../strings";
import { useBlobUrl } from "./blob-url";
import type { Medium } from "./data-uri";
import { FileCard } from "./file-card";
import { nameOfMedium } from "./names";
import { Viewer } from "./viewer";

/** How large each photo was when last seen, so that a row has its height before the photo is decoded again. */
const sizes = new Map<string, { width: number; height: number }>();

interface Props {
  readonly id: string;
  readonly medium: Medium;
}

export function Photo({ id, medium }: Props) {
  const url = useBlobUrl(medium);
  const [broken, setBroken] = useState(false);
  const [isLarge, setLarge] = useState(false);
  const [size, setSize] = useState(sizes.get(id));
  if (url === null || broken) return <FileCard medium={medium} kind="photo" problem={strings.photoBroken} />;
  const name = nameOfMedium(medium, "photo");
  const learnSize = ({ naturalWidth, naturalHeight }: HTMLImageElement) => {
    const learnt = { width: naturalWidth || 300, height: naturalHeight || 300 };
    sizes.set(id, learnt);
    setSize(learnt);
  };
  return (
    <>
      <button
        type="button"
        class={size ? "photo" : "photo loading"}
        aria-label={strings.openPhoto(name)}
        onClick={() => setLarge(true)}
      >
        {url && (
          <img
            {...size}
            src={url}
            alt={name}
            draggable={false}
            onLoad={(event) => learnSize(event.currentTarget)}
            onError={() => setBroken(true)}
          />
        )}
      </button>
      {isLarge && url && <Viewer url={url} name={name} medium={medium} onClose={() => setLarge(false)} />}
    </>
  );
}
