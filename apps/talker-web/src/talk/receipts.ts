/** Up to which message of mine each of the others has read. */

const read = new Map<number, number>();

export function noteReceipt(peer: number, id: number): void {
  read.set(peer, Math.max(id, read.get(peer) ?? 0));
}

/** Whether a message of mine is read as soon as it is delivered: the two may be told in either order. */
export function isCovered(peer: number, id: number): boolean {
  return id <= (read.get(peer) ?? 0);
}

export function forgetReceipts(): void {
  read.clear();
}
