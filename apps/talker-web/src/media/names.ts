/** What a medium is called, and how large it is, for people. */

import { language, strings } from "../strings";
import type { Kind } from "../talk";
import type { Medium } from "./data-uri";

const extensions: Record<string, string> = {
  "image/jpeg": ".jpg",
  "image/svg+xml": ".svg",
  "video/quicktime": ".mov",
  "audio/mpeg": ".mp3",
  "audio/mp4": ".m4a",
  "text/plain": ".txt",
};

const longestName = 200;

/** No path, no control characters, no marks that turn the writing round to hide an extension, and no length without end. */
export function plainName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, "").trim();
  if (plain.length <= longestName) return plain;
  const extension = extensionOf(plain);
  return plain.slice(0, longestName - extension.length) + extension;
}

/** The last part of a name, with its full stop; empty where it says nothing of what the file is. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 && name.length - dot <= 12 ? name.slice(dot) : "";
}

/** The name that it carries, or one made of its kind. */
export function nameOfMedium({ name, type }: Pick<Medium, "name" | "type">, kind: Kind): string {
  if (name) return name;
  const subtype = type.split("/")[1] ?? "";
  const fallback = /^[a-z0-9]{2,5}$/.test(subtype) ? `.${subtype}` : "";
  return strings.kinds[kind].toLowerCase() + (extensions[type] ?? fallback);
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** What is said to be over a limit is rounded up, so that it never looks as if it kept to it. */
export function sizeText(bytes: number, roundingMode: "halfExpand" | "ceil" = "halfExpand"): string {
  let step = 0;
  let amount = bytes;
  while (amount >= 1000 && step < units.length - 1) {
    amount /= 1024;
    step += 1;
  }
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    roundingMode,
    maximumFractionDigits: amount < 10 && step > 0 ? 1 : 0,
  }).format(amount);
}
