#!/usr/bin/env node
import { existsSync, statSync } from 'node:fs';

const compiled = new URL('../dist/src/cli/main.js', import.meta.url);
if (!existsSync(compiled)) {
  console.error('Sluice is not built yet. Run "npm run build" in its folder, then try again.');
  process.exit(1);
}
await import(newestBuild().href);

/** The bundle starts much faster; while somebody works on Sluice, what was compiled may be newer. */
function newestBuild() {
  const bundle = new URL('../dist/app/main.js', import.meta.url);
  const log = new URL('../dist/.tsbuildinfo', import.meta.url);
  return modified(bundle) > modified(log) ? bundle : compiled;
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
