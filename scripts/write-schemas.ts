import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_ROOT } from '../src/core/package-root.ts';
import { buildReference } from './reference.ts';
import { buildSchemas } from './schemas.ts';

const ROOT = fileURLToPath(PACKAGE_ROOT);

/** `npm run schemas`: writes the schemas and the reference pages from what the components say of themselves. */
function main(): void {
  for (const [file, schema] of buildSchemas()) write(file, `${JSON.stringify(schema, null, 2)}\n`);
  for (const [file, text] of buildReference()) write(file, text);
}

function write(file: string, text: string): void {
  const place = path.join(ROOT, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
  process.stdout.write(`${file}\n`);
}

main();
