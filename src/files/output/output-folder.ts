import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError, FileWriteError } from '../../core/errors.ts';
import { isWithin } from '../is-within.ts';

/**
 * The place of a folder that files may be written into; a relative one lies below the first that is allowed.
 *
 * @throws ConfigError ERR_FOLDER_NOT_ALLOWED
 */
export function outputFolder(folder: string, roots: readonly string[]): string {
  const [first = ''] = roots;
  const place = path.resolve(first, folder);
  if (roots.some((root) => isWithin(place, root))) return place;
  throw notAllowed(folder);
}

/**
 * Makes the folder where it is missing, and answers its place without links.
 *
 * @throws ConfigError ERR_FOLDER_NOT_ALLOWED where a link leads out of what is allowed, FileWriteError ERR_FILE_WRITE
 */
export async function openOutputFolder(place: string, roots: readonly string[]): Promise<string> {
  const real = await makeFolder(place);
  const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
  if (realRoots.some((root) => isWithin(real, root))) return real;
  throw notAllowed(place);
}

async function makeFolder(place: string): Promise<string> {
  try {
    await mkdir(place, { recursive: true });
    return await realpath(place);
  } catch (error) {
    throw writeFault(place, error);
  }
}

/** What went wrong when a file was written, as a task tells it. */
export function writeFault(place: string, cause: unknown): FileWriteError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FileWriteError('ERR_FILE_WRITE', `"${place}" cannot be written: ${reason}`, { details: { place }, cause });
}

function notAllowed(folder: string): ConfigError {
  return new ConfigError(
    'ERR_FOLDER_NOT_ALLOWED',
    `Files are not written into "${folder}"; an administrator lists the folders that are allowed in SLUICE_OUTPUT_FOLDERS`,
    { details: { folder } },
  );
}
