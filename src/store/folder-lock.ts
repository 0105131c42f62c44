import { linkSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../core/errors.ts';

/** Who holds a data folder. */
export interface LockHolder {
  readonly pid: number;
  /** When that process started, as the system tells; another process may get the same id later. */
  readonly started: string;
  /** Address of its API and a token for it; missing until it listens. */
  readonly url?: string;
  readonly token?: string;
}

export interface FolderLock {
  /** Tells command lines where the holder listens. */
  announce(url: string, token: string): void;
  release(): void;
}

const FILE = 'sluice.lock';

/**
 * Takes a data folder for this process: two processes on one embedded database would destroy it.
 *
 * The lock is a file that names the holder; the lock of a process that is gone is taken over, so a killed process needs
 * no clean-up.
 *
 * @throws ConfigError ERR_FOLDER_LOCKED that says who holds it.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, FILE);
  const me: LockHolder = { pid: process.pid, started: startOf(process.pid) ?? '' };
  for (let tries = 0; ; tries += 1) {
    if (create(file, me)) break;
    const holder = lockHolder(folder);
    if (holder) throw locked(folder, holder);
    if (tries > 10)
      throw new ConfigError('ERR_FOLDER_LOCKED', `The lock file ${file} can be neither read nor replaced`);
    rmSync(file, { force: true });
  }
  return {
    announce(url, token) {
      replace(file, { ...me, url, token });
    },
    release() {
      if (lockHolder(folder)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

/** Who holds a folder now; undefined when nobody does, or a process that is gone. */
export function lockHolder(folder: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path.join(folder, FILE), 'utf8')) as LockHolder;
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Writes aside and links, so that nobody ever reads half a lock. */
function create(file: string, holder: LockHolder): boolean {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(aside);
  }
}

function replace(file: string, holder: LockHolder): void {
  rmSync(file, { force: true });
  create(file, holder);
}

function isAlive({ pid, started }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === undefined || started === '' || now === started;
}

/** Start time of a process in ticks since boot, where /proc tells (Linux); field 22 of stat. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function locked(folder: string, { pid, url }: LockHolder): ConfigError {
  const where = url === undefined ? '' : ` at ${url}`;
  return new ConfigError(
    'ERR_FOLDER_LOCKED',
    `The data folder ${folder} is in use by the Sluice with process id ${pid}${where}; stop it, or set SLUICE_DATA to another folder`,
    { details: { folder, pid, url } },
  );
}
