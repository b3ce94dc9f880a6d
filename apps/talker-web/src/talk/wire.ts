/** The boundary: what the server sends is unknown here, and known or left out behind. Its spellings end here too. */

import { failure, type Thrown } from "./failure";
import type { Kind, Person } from "./model";

/** A stored message as the server tells of it. */
export interface Row {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly kind: Kind;
  readonly content: string;
  readonly date: Date;
  readonly read: boolean;
  readonly notified: boolean;
}

/** One line of `/contacts`. */
export interface Contact {
  readonly peer: Person;
  readonly last: Row;
  readonly unread: number;
}

type Fields = Record<string, unknown>;

const kinds: readonly unknown[] = ["text", "photo", "video", "audio", "file"];

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

export function idFrom(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : null;
}

/** The number of an entry of the log; 0 is the head of an empty one. */
export function seqFrom(value: unknown): number | null {
  return value === 0 ? 0 : idFrom(value);
}

export function textFrom(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Every entry that can be read; one that cannot does not hide the others. */
export function listFrom<T>(value: unknown, read: (entry: unknown) => T | null): T[] {
  return Array.isArray(value) ? value.map(read).filter((entry) => entry !== null) : [];
}

export function rowFrom(value: unknown): Row | null {
  const fields = fieldsOf(value);
  const id = idFrom(fields.id);
  const from = idFrom(fields.from_user);
  const to = idFrom(fields.to_user);
  const content = textFrom(fields.content);
  if (id === null || from === null || to === null || content === null) return null;
  const kind = kinds.includes(fields.content_type) ? (fields.content_type as Kind) : "file";
  const read = fields.readen !== null && fields.readen !== undefined;
  return {
    id,
    from,
    to,
    kind,
    content,
    date: dateFrom(fields.init_date),
    read,
    notified: fields.notified === 1,
  };
}

export function personFrom(value: unknown): Person | null {
  const fields = fieldsOf(value);
  return person(fields.id, fields);
}

export function blockedFrom(value: unknown): Person | null {
  const fields = fieldsOf(value);
  return person(fields.blocked_user, fields);
}

export function contactFrom(value: unknown, me: number): Contact | null {
  const fields = fieldsOf(value);
  const peer = personFrom(value);
  if (peer === null) return null;
  const to = fields.from_user === peer.id ? me : peer.id;
  const last = rowFrom({ ...fields, id: fields.messeage_id, to_user: to });
  return last && { peer, last, unread: seqFrom(fields.unread) ?? 0 };
}

/** What an acknowledgement says beside `ok`. Throws what one that is not `ok` tells. */
export function acceptedFrom(ack: unknown): Fields {
  const fields = fieldsOf(ack);
  if (fields.ok === true) return fields;
  const wait = fields.retry_after_ms;
  throw failure(textFrom(fields.code) ?? "internal", typeof wait === "number" ? { retryAfter: wait } : {});
}

/** Why a REST request was not answered with 200; `code` where the answer does not say it. */
export function refusalFrom(body: unknown, code: string, retryAfter: string | null): Thrown {
  const fields = fieldsOf(body);
  const field = textFrom(fields.field);
  const wait = waitFrom(retryAfter);
  return failure(textFrom(fields.code) ?? code, {
    ...(field !== null && { field }),
    ...(wait !== null && { retryAfter: wait }),
  });
}

/** Told in seconds, or as a date. */
function waitFrom(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const seconds = Number(retryAfter);
  const wait = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

function person(id: unknown, fields: Fields): Person | null {
  const known = idFrom(id);
  const username = textFrom(fields.username);
  return known === null || username === null
    ? null
    : { id: known, username, avatar: textFrom(fields.avatar) ?? "" };
}

/** The server's dates are UTC without saying so. */
function dateFrom(value: unknown): Date {
  const date = new Date(`${String(value).replace(" ", "T")}Z`);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}
