/** Media as the browser shows them: addresses that exist only as long as something shows them. */

import { useEffect, useState } from "preact/hooks";
import { bytesOf, type Medium } from "./data-uri";

/** An address for the medium: `undefined` until it is there, `null` where the data are damaged. */
export function useBlobUrl(medium: Medium | null): string | null | undefined {
  const [url, setUrl] = useState<string | null | undefined>(undefined);
  const data = medium?.data;
  useEffect(() => {
    const made = medium && makeUrl(medium);
    setUrl(made);
    return () => {
      if (made?.startsWith("blob:")) URL.revokeObjectURL(made);
    };
  }, [data]);
  return url;
}

/**
 * An SVG, or whatever else is XML, stays a data URI: opened by itself it would be a page, and a page at a blob address
 * would be one of ours.
 */
function makeUrl(medium: Medium): string | null {
  if (medium.type.includes("xml")) return `data:${medium.type};base64,${medium.data}`;
  const bytes = medium.data ? bytesOf(medium) : null;
  return bytes && URL.createObjectURL(new Blob([bytes], { type: medium.type }));
}
