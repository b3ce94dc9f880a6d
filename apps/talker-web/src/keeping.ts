/** Small things kept in the browser. Where it keeps nothing, the page goes on without. */

export function kept(storage: Storage, place: string): string | null {
  try {
    return storage.getItem(place);
  } catch {
    return null;
  }
}

export function keep(storage: Storage, place: string, value: string): void {
  try {
    storage.setItem(place, value);
  } catch {
    // Full or forbidden: it lasts as long as the page then.
  }
}

export function forget(storage: Storage, place: string): void {
  try {
    storage.removeItem(place);
  } catch {
    // Nothing was kept.
  }
}
