import { createReadStream } from 'node:fs';
import { mkdir, readdir, realpath, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError, FileError } from '../../core/errors.ts';
import type { FileStore, SourceFile } from '../../core/source-file.ts';
import { isWithin } from '../is-within.ts';
import { fitsPattern } from './file-name.ts';
import type { Spool } from './spool.ts';

/** Which files of a folder are taken over. */
export interface FolderRule {
  readonly folder: string;
  readonly pattern: string;
  /** How long a file has to be left alone before it is taken, in milliseconds: one that is being written is not whole. */
  readonly quietMs: number;
  /** "move": into the folder "taken" beside it. */
  readonly after: 'keep' | 'move';
}

export interface TakingFolder {
  readonly store: FileStore;
  readonly spool: Spool;
  readonly roots: readonly string[];
  readonly now: () => number;
}

/** Names that programs give to files they have not finished. */
const UNFINISHED = /^\.|^~\$|\.(part|partial|tmp|crdownload|filepart)$/i;
const TAKEN = 'taken';
const MOST_FILES = 10_000;

interface Candidate {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly modifiedAt: number;
}

/** Takes over what is new or changed in a folder, the oldest first. */
export async function takeFolder(
  incoming: string,
  rule: FolderRule,
  deps: TakingFolder,
  signal: AbortSignal,
): Promise<void> {
  const folder = await allowedFolder(rule.folder, deps.roots);
  const candidates = await listCandidates(folder, rule.pattern);
  const known = await deps.store.newest(
    incoming,
    'folder',
    candidates.map(({ name }) => name),
  );
  for (const candidate of candidates) {
    signal.throwIfAborted();
    if (deps.now() - candidate.modifiedAt < rule.quietMs) continue;
    const isThere = await takeOver(incoming, candidate, known.get(candidate.name), deps);
    if (isThere && rule.after === 'move') await moveAway(folder, candidate);
  }
  await deps.store.forgetMissing(
    incoming,
    'folder',
    candidates.map(({ name }) => name),
  );
}

/** Whether the file is ours now, or was before; not where somebody writes it. */
async function takeOver(
  incoming: string,
  { name, file, bytes, modifiedAt }: Candidate,
  known: SourceFile | undefined,
  { store, spool }: TakingFolder,
): Promise<boolean> {
  if (known?.bytes === bytes && known.modifiedAt === modifiedAt) return true;
  const spooled = await spool.write(createReadStream(file), name);
  const after = await stat(file).catch(() => undefined);
  const isStill = after?.size === spooled.bytes && Math.trunc(after.mtimeMs) === modifiedAt;
  const marks = { modifiedAt, etag: null, lastModified: null };
  if (isStill && known?.hash !== spooled.hash) {
    await store.add({ incoming, source: 'folder', name, ...marks, ...spooled });
    return true;
  }
  await spool.remove([spooled.place]);
  if (isStill && known) await store.touch(known.id, marks);
  return isStill;
}

async function moveAway(folder: string, { name, file, modifiedAt }: Candidate): Promise<void> {
  await mkdir(path.join(folder, TAKEN), { recursive: true });
  const { name: stem, ext } = path.parse(name);
  await rename(file, path.join(folder, TAKEN, `${stem}.${modifiedAt}${ext}`));
}

/** Regular files only: what a link leads to may lie outside of what is allowed. */
async function listCandidates(folder: string, pattern: string): Promise<Candidate[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !UNFINISHED.test(entry.name)).map(({ name }) => name);
  const fitting = names.filter((name) => fitsPattern(name, pattern)).sort();
  const candidates: Candidate[] = [];
  for (const name of fitting.slice(0, MOST_FILES)) {
    const file = path.join(folder, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts) candidates.push({ name, file, bytes: facts.size, modifiedAt: Math.trunc(facts.mtimeMs) });
  }
  return candidates.sort((a, b) => a.modifiedAt - b.modifiedAt);
}

/** The folder without links in its path, when it lies in one that is allowed. */
async function allowedFolder(folder: string, roots: readonly string[]): Promise<string> {
  const real = await realpath(folder).catch(() => undefined);
  for (const root of roots) {
    const realRoot = await realpath(root).catch(() => undefined);
    if (real !== undefined && realRoot !== undefined && isWithin(real, realRoot)) return real;
  }
  // Whether a folder exists that is not allowed is nobody's business.
  if (roots.some((root) => isWithin(path.resolve(folder), path.resolve(root)))) {
    throw new FileError('ERR_FOLDER_MISSING', `There is no folder "${folder}" on this server`, { details: { folder } });
  }
  throw new ConfigError(
    'ERR_FOLDER_NOT_ALLOWED',
    `Files are not taken from "${folder}"; an administrator lists the folders that are allowed in SLUICE_FOLDERS`,
    { details: { folder } },
  );
}
