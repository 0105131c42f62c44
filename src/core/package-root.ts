import { existsSync } from 'node:fs';

/**
 * Folder of this package: connectors, templates and the dashboard lie below it. Found by its package.json, so that it is
 * the same for the sources, for what is compiled of them and for the bundle.
 */
export const PACKAGE_ROOT = folderAbove(new URL('./', import.meta.url));

function folderAbove(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  const above = new URL('../', folder);
  if (above.href === folder.href) throw new Error('The files of Sluice are not below its package.json');
  return folderAbove(above);
}
