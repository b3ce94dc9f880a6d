/** Small things kept in the browser. What it will not keep, or forbids to be kept at all, lasts as long as the page. */

export class Keeping {
  /** Naming a storage is refused already where a browser forbids it. */
  readonly #storage: () => Storage;
  readonly #unkept = new Map<string, string>();

  constructor(storage: () => Storage) {
    this.#storage = storage;
  }

  get(place: string): string | null {
    return this.#unkept.get(place) ?? attempt(() => this.#storage().getItem(place)) ?? null;
  }

  set(place: string, value: string): void {
    this.#unkept.set(place, value);
    attempt(() => {
      this.#storage().setItem(place, value);
      this.#unkept.delete(place);
    });
  }

  remove(place: string): void {
    this.#unkept.delete(place);
    attempt(() => this.#storage().removeItem(place));
  }

  removeAll(prefix: string): void {
    const stored = attempt(() => Object.keys(this.#storage())) ?? [];
    for (const place of [...stored, ...this.#unkept.keys()]) if (place.startsWith(prefix)) this.remove(place);
  }
}

/** For all tabs of this browser, until it is removed. */
export const forBrowser = new Keeping(() => localStorage);
/** For this tab, over its reloads. */
export const forTab = new Keeping(() => sessionStorage);

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
