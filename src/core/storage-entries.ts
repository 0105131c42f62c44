import type { EntryWrite } from './step-run.ts';

/** An entry as it is read; `value` is JSON text. */
export interface ReadEntry {
  readonly key: string;
  readonly value: string;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** Which entries are read. */
export interface EntryWindow {
  /** Key of the entry before the first. */
  readonly after: string | undefined;
  /** Epoch milliseconds; those written before are left out. */
  readonly since: number | undefined;
  readonly limit: number;
}

/** Where entries of storages are kept. The store implements it. */
export interface EntryStore {
  /** In the order of their keys. */
  changed(storage: string, window: EntryWindow): Promise<readonly ReadEntry[]>;
  valuesAt(places: readonly { readonly storage: string; readonly key: string }[]): Promise<(string | undefined)[]>;
  write(entries: readonly EntryWrite[]): Promise<void>;
}

/** One storage, as subscribers and publishers use it. */
export interface OpenStorage {
  changed(window: EntryWindow): Promise<readonly ReadEntry[]>;
  /** Values as JSON texts; undefined where there is no entry. */
  valuesAt(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** Writes entries, each for as long as the storage says; null removes. */
  write(entries: readonly { readonly key: string; readonly value: string | null }[]): Promise<void>;
}

/** Opens a storage by what its document says. */
export function openStorage(
  storage: string,
  { ttlSeconds }: { readonly ttlSeconds?: number },
  entries: EntryStore,
  now: () => number = Date.now,
): OpenStorage {
  return {
    changed: (window) => entries.changed(storage, window),
    valuesAt: (keys) => entries.valuesAt(keys.map((key) => ({ storage, key }))),
    write: (written) => {
      const expiresAt = ttlSeconds === undefined ? null : now() + ttlSeconds * 1000;
      return entries.write(written.map((entry) => ({ ...entry, storage, expiresAt })));
    },
  };
}
