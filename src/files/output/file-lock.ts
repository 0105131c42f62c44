import { randomUUID } from 'node:crypto';
import { open, readFile, stat, unlink, utimes } from 'node:fs/promises';

/** A lock that nobody has renewed for so long is that of a process that died. */
const STALE_MS = 60_000;
const RENEW_MS = 10_000;

/**
 * Does something while no other process of ours writes the same file; answers undefined where one does.
 *
 * @param work Gets a function that tells whether the lock is still ours, to ask before the last move.
 */
export async function withFileLock<T>(
  file: string,
  work: (isOurs: () => Promise<boolean>) => Promise<T>,
): Promise<T | undefined> {
  const mark = randomUUID();
  if (!(await take(file, mark)) && !((await isStale(file)) && (await retake(file, mark)))) return undefined;
  const isOurs = async (): Promise<boolean> => (await readFile(file, 'utf8').catch(() => '')) === mark;
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, RENEW_MS);
  try {
    return await work(isOurs);
  } finally {
    clearInterval(renewal);
    if (await isOurs()) await unlink(file).catch(() => undefined);
  }
}

async function take(file: string, mark: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(mark);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => undefined);
  return facts === undefined || Date.now() - facts.mtimeMs > STALE_MS;
}

async function retake(file: string, mark: string): Promise<boolean> {
  await unlink(file).catch(() => undefined);
  return take(file, mark);
}
