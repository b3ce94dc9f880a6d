/** Makes of a file what can be sent: a data URI of a fitting kind that carries the file's name. */

import type { Draft, Kind } from "../talk";
import { safeType } from "./data-uri";
import { extensionOf, plainName } from "./names";

/** So much of a data URI the server takes for media type and parameters. */
const headLimit = 255;

/** Rejects where the file cannot be read. */
export async function draftOf(file: File, kind: Kind): Promise<Draft> {
  const uri = await readAsUri(file);
  const data = uri.slice(uri.indexOf(",") + 1);
  return { kind, content: `data:${headFor(file)};base64,${data}` };
}

export function kindOf(file: File): Kind {
  const family = typeOf(file).split("/")[0];
  if (family === "image") return "photo";
  return family === "video" || family === "audio" ? family : "file";
}

/** Without codecs and the like, which some recorders put there. */
const typeOf = ({ type }: File) => safeType(type.split(";")[0]?.trim() ?? "");

function headFor(file: File): string {
  const start = `${typeOf(file)};name=`;
  const name = encodeName(plainName(file.name), headLimit - start.length);
  return name ? start + name : typeOf(file);
}

/** Shortened before its extension, by whole characters, until it fits. */
function encodeName(name: string, limit: number): string {
  const plain = extensionOf(name);
  const extension = encode(plain);
  const stem = [...name.slice(0, name.length - plain.length)].map(encode);
  let length = extension.length;
  const kept = stem.filter((one) => {
    length += one.length;
    return length <= limit;
  });
  return kept.join("") + (extension.length <= limit ? extension : "");
}

/** Lone surrogates, which no encoding has, are left out. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "")).replace(
    /[!'()*~]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function readAsUri(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
