import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadWithOwn } from '../connector/load.ts';
import { CONNECTORS } from './connector-folder.ts';

type Installed = ReturnType<typeof loadWithOwn>;

let shipped: Installed | undefined;

/**
 * Connectors of an installation: those that come along, and those of its own folders. What comes along does not change
 * while a process lives, so platforms that one process opens share it.
 *
 * @param builtIn Folder to take instead of the connectors that come along, for tests.
 */
export function installedConnectors(own: readonly string[], builtIn?: string): Installed {
  // The folder of the installation's own is named also where nobody made it.
  const there = own.filter((folder) => existsSync(folder));
  if (there.length > 0 || builtIn !== undefined) return loadWithOwn(builtIn ?? fileURLToPath(CONNECTORS), there);
  shipped ??= loadWithOwn(fileURLToPath(CONNECTORS), []);
  return shipped;
}
