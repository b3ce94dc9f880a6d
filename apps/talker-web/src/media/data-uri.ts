/** A medium's data URI taken apart: its media type, the file name that it carries, and its bytes. */

import { plainName } from "./names";

export interface Medium {
  /** Type and subtype, without parameters. */
  readonly type: string;
  readonly name: string | null;
  /** The data in base64. */
  readonly data: string;
}

/** A data URI with its parameters has 255 characters before the data, and codecs may hold a comma. */
const headLimit = 400;
const mark = ";base64,";
const typeForm = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/i;

export const unknownType = "application/octet-stream";

/** `null` for what is no data URI in base64. */
export function readMedium(content: string): Medium | null {
  const end = content.slice(0, headLimit).indexOf(mark);
  if (!content.startsWith("data:") || end < 0) return null;
  const [type = "", ...parameters] = content.slice("data:".length, end).split(";");
  const named = parameters.find((one) => one.toLowerCase().startsWith("name="));
  return {
    type: safeType(type),
    name: named ? readName(named.slice(5)) : null,
    data: content.slice(end + mark.length),
  };
}

export const safeType = (type: string) => (typeForm.test(type) ? type.toLowerCase() : unknownType);

/** How many bytes the base64 stands for. */
export function sizeOf({ data }: Medium): number {
  const padding = data.endsWith("==") ? 2 : data.endsWith("=") ? 1 : 0;
  return Math.max(0, Math.floor(data.length / 4) * 3 - padding);
}

/** `null` where the data are damaged. */
export function bytesOf({ data }: Medium): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(data);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}

function readName(encoded: string): string | null {
  try {
    return plainName(decodeURIComponent(encoded)) || null;
  } catch {
    return plainName(encoded) || null;
  }
}
