import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../core/package-root.ts';

/** Version of Sluice, as package.json says. */
export const VERSION = (JSON.parse(readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8')) as { version: string })
  .version;
