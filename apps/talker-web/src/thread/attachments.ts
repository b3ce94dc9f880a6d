/** Files that were picked, pasted or dropped for somebody and are looked at before they are sent. */

import { type Signal, signal } from "@preact/signals";
import { draftOf, kindOf } from "../media/file-draft";
import { nameOfMedium, plainName, sizeText } from "../media/names";
import { say } from "../notices";
import { strings } from "../strings";
import { type Kind, maxMediaBytes, me, phase, send } from "../talk";
import { dropAllFiles, dropFile, filesOf, isUnkept, keepFile } from "./kept-files";

export interface Attachment {
  /** Another for each, growing in the order in which they were attached. */
  readonly key: number;
  readonly file: File;
  readonly name: string;
  readonly kind: Kind;
  /** Why it cannot be sent. */
  readonly problem: string | null;
}

type List = Signal<readonly Attachment[]>;

/** By who attached and for whom. */
const lists = new Map<string, List>();
let lastKey = 0;

export function attachmentsFor(peer: number): List {
  const place = `${me.peek()?.id}:${peer}`;
  const known = lists.get(place);
  if (known) return known;
  const list: List = signal([]);
  lists.set(place, list);
  return list;
}

/** Brings back, from now on, what was attached before a reload or in another tab. */
export function followAttachments(): void {
  phase.subscribe((now) => {
    if (now === "signed-in") void restore();
    else if (now === "elsewhere") leaveToOther();
  });
}

/** What cannot be sent is named and left out. */
export function attach(peer: number, files: Iterable<File>): void {
  const all = [...files];
  const added = all
    .filter((file) => !isEmpty(file) && !isTooLarge(file))
    .map((file) => attachmentOf(nextKey(), file));
  add(peer, added);
  const user = me.peek()?.id;
  if (user !== undefined) for (const { key, file } of added) void keepFile({ key, user, peer, file });
  const problems = problemsOf(all);
  if (problems) say(problems);
}

export function detach(peer: number, key: number): void {
  hide(peer, key);
  void dropFile(key);
}

/** What this browser cannot show goes as a plain file. */
export const demote = (peer: number, key: number) => change(peer, key, { kind: "file" });

/** Sends what can be sent, in order; the rest stays and says why. */
export async function sendAttachments(peer: number): Promise<void> {
  for (const { key, file, kind, problem } of attachmentsFor(peer).peek()) {
    if (problem) continue;
    try {
      const draft = await draftOf(file, kind);
      hide(peer, key);
      await send(peer, draft);
      // Only now is it kept as a message.
      void dropFile(key);
    } catch (thrown) {
      if (!(thrown instanceof DOMException)) throw thrown;
      change(peer, key, { problem: strings.unreadable });
    }
  }
}

export function forgetAttachments(): void {
  lists.clear();
  void dropAllFiles();
}

async function restore(): Promise<void> {
  const user = me.peek()?.id;
  if (user === undefined) return;
  const kept = await filesOf(user);
  if (me.peek()?.id !== user) return;
  for (const { peer, key, file } of kept) add(peer, [attachmentOf(key, file)]);
}

/** The other tab may send or remove what is kept. */
function leaveToOther(): void {
  for (const list of lists.values()) list.value = list.value.filter(({ key }) => isUnkept(key));
}

function add(peer: number, more: readonly Attachment[]): void {
  const list = attachmentsFor(peer);
  const known = new Set(list.value.map(({ key }) => key));
  const all = [...list.value, ...more.filter(({ key }) => !known.has(key))];
  list.value = all.sort((one, other) => one.key - other.key);
}

function hide(peer: number, key: number): void {
  const list = attachmentsFor(peer);
  list.value = list.value.filter((one) => one.key !== key);
}

const attachmentOf = (key: number, file: File): Attachment => ({
  key,
  file,
  name: nameOf(file),
  kind: kindOf(file),
  problem: null,
});

function nextKey(): number {
  lastKey = Math.max(Date.now(), lastKey + 1);
  return lastKey;
}

const nameOf = (file: File) => nameOfMedium({ name: plainName(file.name), type: file.type }, kindOf(file));

const isEmpty = ({ size }: File) => size === 0;
const isTooLarge = ({ size }: File) => size > maxMediaBytes;

function problemsOf(files: readonly File[]): string {
  const large = files
    .filter(isTooLarge)
    .map((file) => strings.sized(nameOf(file), sizeText(file.size, "ceil")));
  const empty = files.filter(isEmpty).map(nameOf);
  return [
    ...(large.length > 0 ? [strings.tooLarge(large, sizeText(maxMediaBytes))] : []),
    ...(empty.length > 0 ? [strings.emptyFiles(empty)] : []),
  ].join(" ");
}

function change(peer: number, key: number, to: Partial<Attachment>) {
  const list = attachmentsFor(peer);
  list.value = list.value.map((one) => (one.key === key ? { ...one, ...to } : one));
}
