/** Where a file came from. */
export type FileOrigin = 'upload' | 'folder' | 'url';

/** A file of an incoming as it is stored. */
export interface SourceFile {
  readonly id: number;
  readonly incoming: string;
  readonly source: FileOrigin;
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of what is in it, hexadecimal. */
  readonly hash: string;
  /** When it was changed where it came from, epoch milliseconds. */
  readonly modifiedAt: number | null;
  /** What the server of an address said of its version. */
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Name on our disk; null when it was removed there. */
  readonly place: string | null;
  /** "held": only plans that name it look at it. "failed": the last reading found a fault; the next run tries again. */
  readonly state: 'new' | 'held' | 'failed' | 'read';
  /** Report of the fault, JSON. */
  readonly error: string | null;
  /** Records in it; null before it was read to the end. */
  readonly rows: number | null;
  readonly createdAt: number;
  readonly readAt: number | null;
}

/** A file that has just been taken over; one that is held is read by no run until it is told to be. */
export type NewFile = Omit<SourceFile, 'id' | 'state' | 'error' | 'rows' | 'createdAt' | 'readAt'> & {
  readonly isHeld?: boolean;
};

/** Where files of incomings are written down. The store implements it. */
export interface FileStore {
  add(file: NewFile): Promise<SourceFile>;
  get(incoming: string, id: number): Promise<SourceFile | undefined>;
  /** Newest first. */
  list(
    incoming: string,
    filter: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<SourceFile[]>;
  /** The oldest file after `after` that was not read to its end, and is not held. */
  next(incoming: string, after: number): Promise<SourceFile | undefined>;
  /** The newest file of each name. */
  newest(incoming: string, source: FileOrigin, names: readonly string[]): Promise<ReadonlyMap<string, SourceFile>>;
  /** Notes that a file is known in another version of its surroundings: touched, or with a new mark of its server. */
  touch(id: number, marks: Pick<SourceFile, 'modifiedAt' | 'etag' | 'lastModified'>): Promise<void>;
  finish(id: number, rows: number): Promise<void>;
  fail(id: number, error: string): Promise<void>;
  /** Lets a file that is still on disk be read, or read once more; false where it is not. */
  again(incoming: string, id: number): Promise<boolean>;
  /** Answers what was removed. */
  remove(incoming: string, id: number): Promise<SourceFile | undefined>;
  /** Forgets places of files that were read before, of those that nobody has read for long, and that were held for long; answers them. */
  forgetPlaces(before: { readonly read: number; readonly added: number; readonly held: number }): Promise<string[]>;
  /** Which of these places belong to a file. */
  placesInUse(places: readonly string[]): Promise<ReadonlySet<string>>;
  /** Forgets files of a folder that were read and are not there any more. */
  forgetMissing(incoming: string, source: FileOrigin, names: readonly string[]): Promise<void>;
}
