import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PACKAGE_ROOT } from '../src/core/package-root.ts';

/**
 * Builds the dashboard where its build is missing or older than its sources, and else does nothing: it is part of
 * every start, and most starts change nothing.
 */
const ROOT = fileURLToPath(PACKAGE_ROOT);
const FOLDER = path.join(ROOT, 'dashboard');
const INDEX = path.join(FOLDER, 'dist', 'index.html');
const PACKED_TYPES = new Set(['.js', '.css', '.svg', '.json']);
/** Smaller ones are not worth the work. */
const PACK_FROM_BYTES = 1024;

function main(): number {
  if (existsSync(INDEX) && statSync(INDEX).mtimeMs > newest(FOLDER)) return 0;
  process.stderr.write('Building the dashboard…\n');
  const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  // Whatever runs this, a test for one: what is built is what people get.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = spawnSync(process.execPath, [vite, 'build', FOLDER, '--logLevel', 'warn'], {
    stdio: 'inherit',
    env,
  });
  if (status === 0) pack(path.join(FOLDER, 'dist'));
  return status ?? 1;
}

/** Packs what browsers load beside each file, so that no visitor waits for it. */
function pack(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const place = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !PACKED_TYPES.has(path.extname(place))) continue;
    const body = readFileSync(place);
    if (body.length >= PACK_FROM_BYTES) writeFileSync(`${place}.gz`, gzipSync(body, { level: 9 }));
  }
}

/** When a source was last changed, as epoch milliseconds. */
function newest(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'dist' && name !== 'node_modules')
    .map((entry) => {
      const place = path.join(folder, entry.name);
      return entry.isDirectory() ? newest(place) : statSync(place).mtimeMs;
    });
  return Math.max(0, ...times);
}

process.exitCode = main();
