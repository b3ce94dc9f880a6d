/** Larger things kept in the browser, in a database of their own. Rejects where the browser has none or will not keep more. */

export class Table<Row> {
  readonly #database: string;
  readonly #name: string;
  readonly #key: keyof Row & string;
  #opened: Promise<IDBDatabase> | undefined;

  constructor(database: string, name: string, key: keyof Row & string) {
    this.#database = database;
    this.#name = name;
    this.#key = key;
  }

  async put(row: Row): Promise<void> {
    await this.#transact("readwrite", (store) => store.put(row));
  }

  async delete(key: IDBValidKey): Promise<void> {
    await this.#transact("readwrite", (store) => store.delete(key));
  }

  async clear(): Promise<void> {
    await this.#transact("readwrite", (store) => store.clear());
  }

  /** By ascending keys. */
  all(): Promise<Row[]> {
    return this.#transact("readonly", (store) => store.getAll());
  }

  async #transact<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    this.#opened ??= this.#open();
    const transaction = (await this.#opened).transaction(this.#name, mode);
    const asked = work(transaction.objectStore(this.#name));
    return new Promise((resolve, reject) => {
      // Only a whole transaction is on disk.
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  }

  #open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(this.#database, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(this.#name, { keyPath: this.#key });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
      asked.onblocked = () => reject(new Error("blocked"));
    });
  }
}
