import type { FileError } from '../../core/errors.ts';
import { toErrorReport } from '../../core/errors.ts';
import type { FileStore, SourceFile } from '../../core/source-file.ts';
import type { NamedFile } from '../read-rows.ts';
import { checkFileName } from './file-name.ts';
import { type FolderRule, takeFolder } from './take-folder.ts';
import { type Download, takeUrl, type UrlRule } from './take-url.ts';
import { createSpool } from './spool.ts';

/** A file that waits to be read. */
export interface WaitingFile extends NamedFile {
  readonly id: number;
  readonly hash: string;
}

/** Files that incomings read: taken over onto our own disk first, so that they stay what they are while they are read. */
export interface FileInbox {
  /** Most bytes of one file. */
  readonly maxBytes: number;
  /** Takes an upload; one that is held waits until it is told to be read. Throws FileError ERR_FILE_NAME, ERR_FILE_TOO_LARGE. */
  receive(
    incoming: string,
    name: string,
    pieces: AsyncIterable<Uint8Array>,
    options?: { readonly isHeld: boolean },
  ): Promise<SourceFile>;
  /** Holds a file on disk while it is used, and no longer. Throws FileError ERR_FILE_NAME, ERR_FILE_TOO_LARGE. */
  hold<T>(name: string, pieces: AsyncIterable<Uint8Array>, use: (file: NamedFile) => Promise<T>): Promise<T>;
  /** Takes over what is new in a folder of the server. */
  takeFolder(incoming: string, rule: FolderRule, signal: AbortSignal): Promise<void>;
  /** Fetches a file when it changed. */
  takeUrl(incoming: string, rule: UrlRule, signal: AbortSignal): Promise<void>;
  /** The oldest file after `after` that was not read to its end; undefined where none waits. */
  next(incoming: string, after: number): Promise<WaitingFile | undefined>;
  /** A file whatever its state; undefined where it is not on disk any more. */
  find(incoming: string, id: number): Promise<WaitingFile | undefined>;
  finish(file: WaitingFile, rows: number): Promise<void>;
  /** Notes why a file could not be read to its end. */
  fail(file: WaitingFile, error: FileError): Promise<void>;
  /** Removes a file whatever its state; undefined where there is none. */
  discard(incoming: string, id: number): Promise<SourceFile | undefined>;
  /** Removes from disk what was read some time ago, and what no file knows. */
  prune(): Promise<void>;
}

/** What an inbox works with. */
export interface InboxDeps {
  readonly store: FileStore;
  /** Our own folder. */
  readonly folder: string;
  readonly maxBytes: number;
  /** How long what is in a file stays after it was read, in milliseconds. */
  readonly keepMs: number;
  /** Folders that incomings may take files from, with all that is below. */
  readonly roots: readonly string[];
  readonly download: Download;
  readonly now: () => number;
}

/** A file that nobody reads for so long is removed. */
const UNREAD_MS = 90 * 86_400_000;
/** A file that was uploaded for a plan, and not run for so long, is removed. */
const HELD_MS = 86_400_000;
/** What no row knows may be just about to be written down. */
const STRAY_MS = 86_400_000;

/** Creates the inbox; the folder is made when it is needed. */
export function createFileInbox(deps: InboxDeps): FileInbox {
  const { store, folder, maxBytes, keepMs, now } = deps;
  const spool = createSpool(folder, maxBytes);
  const taking = { ...deps, spool };
  const waiting = (file: SourceFile | undefined): WaitingFile | undefined =>
    file?.place == null ? undefined : { id: file.id, name: file.name, hash: file.hash, path: spool.pathOf(file.place) };
  const unmarked = { modifiedAt: null, etag: null, lastModified: null };
  return {
    maxBytes,
    async receive(incoming, name, pieces, { isHeld } = { isHeld: false }) {
      checkFileName(name);
      const spooled = await spool.write(pieces, name);
      return store.add({ incoming, source: 'upload', name, isHeld, ...unmarked, ...spooled });
    },
    async hold(name, pieces, use) {
      checkFileName(name);
      const { place } = await spool.write(pieces, name);
      try {
        return await use({ name, path: spool.pathOf(place) });
      } finally {
        await spool.remove([place]);
      }
    },
    takeFolder: (incoming, rule, signal) => takeFolder(incoming, rule, taking, signal),
    takeUrl: (incoming, rule, signal) => takeUrl(incoming, rule, taking, signal),
    async next(incoming, after) {
      return waiting(await store.next(incoming, after));
    },
    find: async (incoming, id) => waiting(await store.get(incoming, id)),
    finish: ({ id }, rows) => store.finish(id, rows),
    fail: ({ id }, error) => store.fail(id, JSON.stringify(toErrorReport(error))),
    async discard(incoming, id) {
      const file = await store.remove(incoming, id);
      if (file?.place != null) await spool.remove([file.place]);
      return file;
    },
    async prune() {
      const at = now();
      await spool.remove(await store.forgetPlaces({ read: at - keepMs, added: at - UNREAD_MS, held: at - HELD_MS }));
      const old = await spool.olderThan(at - STRAY_MS);
      const used = await store.placesInUse(old);
      await spool.remove(old.filter((place) => !used.has(place)));
    },
  };
}
