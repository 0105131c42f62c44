import { FileError } from '../../core/errors.ts';
import type { FileStore } from '../../core/source-file.ts';
import type { Spool } from './spool.ts';

/** Which file is fetched. */
export interface UrlRule {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Name that people know it by, and by whose ending its format is told. */
  readonly name: string;
}

/** An answer whose body comes in pieces. */
export interface Downloaded {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the call, also in the middle of the body. */
  readonly close: () => void;
}

/** Fetches over HTTP, behind the guard that stands before every call. Throws NetworkError, ConfigError. */
export type Download = (
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<Downloaded>;

export interface TakingUrl {
  readonly store: FileStore;
  readonly spool: Spool;
  readonly download: Download;
}

/** Fetches a file, unless the server says that it is the one that we have. */
export async function takeUrl(
  incoming: string,
  { url, headers, name }: UrlRule,
  { store, spool, download }: TakingUrl,
  signal: AbortSignal,
): Promise<void> {
  const known = (await store.newest(incoming, 'url', [name])).get(name);
  const conditions = {
    ...(known?.etag != null && { 'if-none-match': known.etag }),
    ...(known?.lastModified != null && { 'if-modified-since': known.lastModified }),
  };
  const answer = await download(url, { ...headers, ...conditions }, signal);
  try {
    if (answer.status === 304 && known) return;
    if (answer.status !== 200) throw refused(name, url, answer.status);
    const marks = {
      modifiedAt: null,
      etag: answer.headers['etag'] ?? null,
      lastModified: answer.headers['last-modified'] ?? null,
    };
    const spooled = await spool.write(answer.body, name);
    if (known?.hash !== spooled.hash) {
      await store.add({ incoming, source: 'url', name, ...marks, ...spooled });
      return;
    }
    await spool.remove([spooled.place]);
    await store.touch(known.id, marks);
  } finally {
    answer.close();
  }
}

function refused(name: string, url: string, status: number): FileError {
  const { origin, pathname } = new URL(url);
  return new FileError(
    'ERR_FILE_NOT_FETCHED',
    `The file "${name}" could not be fetched: ${origin}${pathname} answered ${status}`,
    {
      details: { file: name, status },
    },
  );
}
