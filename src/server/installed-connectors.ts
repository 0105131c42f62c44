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
  if (own.length > 0 || builtIn !== undefined) return loadWithOwn(builtIn ?? fileURLToPath(CONNECTORS), own);
  shipped ??= loadWithOwn(fileURLToPath(CONNECTORS), []);
  return shipped;
}
