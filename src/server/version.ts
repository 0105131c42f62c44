import { readFileSync } from 'node:fs';

const IS_BUILT = new URL(import.meta.url).pathname.includes('/dist/src/');

/** Version of Sluice, as package.json says. */
export const VERSION = (
  JSON.parse(
    readFileSync(new URL(IS_BUILT ? '../../../package.json' : '../../package.json', import.meta.url), 'utf8'),
  ) as {
    version: string;
  }
).version;
