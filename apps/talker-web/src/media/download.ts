/** Saves a medium as a file, without ever going to its address: its type is one that no browser opens. */

import { bytesOf, type Medium, unknownType } from "./data-uri";

/** Whether the data were sound. */
export function download(medium: Medium, name: string): boolean {
  const bytes = bytesOf(medium);
  if (!bytes) return false;
  const url = URL.createObjectURL(new Blob([bytes], { type: unknownType }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this turn; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return true;
}
