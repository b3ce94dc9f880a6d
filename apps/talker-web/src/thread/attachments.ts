/** Files that were picked, pasted or dropped for somebody and are looked at before they are sent. */

import { type Signal, signal } from "@preact/signals";
import { draftOf, kindOf } from "../media/file-draft";
import { sizeText } from "../media/names";
import { say } from "../notices";
import { strings } from "../strings";
import { type Kind, maxMediaBytes, send } from "../talk";

export interface Attachment {
  readonly key: number;
  readonly file: File;
  readonly kind: Kind;
  /** Why it cannot be sent. */
  readonly problem: string | null;
}

type List = Signal<readonly Attachment[]>;

const byPeer = new Map<number, List>();
let made = 0;

export function attachmentsFor(peer: number): List {
  const known = byPeer.get(peer);
  if (known) return known;
  const list: List = signal([]);
  byPeer.set(peer, list);
  return list;
}

/** What cannot be sent is named and left out. */
export function attach(peer: number, files: Iterable<File>): void {
  const all = [...files];
  const list = attachmentsFor(peer);
  list.value = [
    ...list.value,
    ...all.filter((file) => !isEmpty(file) && !isTooLarge(file)).map(newAttachment),
  ];
  const problems = problemsOf(all);
  if (problems) say(problems);
}

export function detach(peer: number, key: number): void {
  const list = attachmentsFor(peer);
  list.value = list.value.filter((one) => one.key !== key);
}

/** What this browser cannot show goes as a plain file. */
export const demote = (peer: number, key: number) => change(peer, key, { kind: "file" });

/** Sends what can be sent, in order; the rest stays and says why. */
export async function sendAttachments(peer: number): Promise<void> {
  for (const { key, file, kind, problem } of attachmentsFor(peer).peek()) {
    if (problem) continue;
    try {
      const draft = await draftOf(file, kind);
      detach(peer, key);
      await send(peer, draft);
    } catch (thrown) {
      if (!(thrown instanceof DOMException)) throw thrown;
      change(peer, key, { problem: strings.unreadable });
    }
  }
}

export const forgetAttachments = () => byPeer.clear();

function newAttachment(file: File): Attachment {
  made += 1;
  return { key: made, file, kind: kindOf(file), problem: null };
}

const isEmpty = ({ size }: File) => size === 0;
const isTooLarge = ({ size }: File) => size > maxMediaBytes;

function problemsOf(files: readonly File[]): string {
  const large = files.filter(isTooLarge).map(({ name, size }) => strings.sized(name, sizeText(size, "ceil")));
  const empty = files.filter(isEmpty).map(({ name }) => name);
  return [
    ...(large.length > 0 ? [strings.tooLarge(large, sizeText(maxMediaBytes))] : []),
    ...(empty.length > 0 ? [strings.emptyFiles(empty)] : []),
  ].join(" ");
}

function change(peer: number, key: number, to: Partial<Attachment>) {
  const list = attachmentsFor(peer);
  list.value = list.value.map((one) => (one.key === key ? { ...one, ...to } : one));
}
