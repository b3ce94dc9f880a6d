/** A message in a few words, for lists and notifications. */

import { readMedium } from "../media/data-uri";
import { strings } from "../strings";
import type { Message } from "../talk";

/** More is never seen in one line. */
const limit = 160;

export function summaryOf({ kind, content }: Message): string {
  if (kind === "text") return content.slice(0, limit).replace(/\s+/g, " ");
  return (kind === "file" && readMedium(content.slice(0, 512))?.name) || strings.kinds[kind];
}
