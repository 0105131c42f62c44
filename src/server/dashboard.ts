import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PACKAGE_ROOT } from '../core/package-root.ts';

/** The build of the dashboard. */
const FOLDER = fileURLToPath(new URL('dashboard/dist/', PACKAGE_ROOT));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};
/** What the build adds to the name of a file for its packed copy. */
const PACKED = '.gz';
const NOT_BUILT = 'The dashboard is not built. Run "npm run build" in the folder of Sluice, then start it again.\n';

interface StaticFile {
  readonly type: string;
  /** Read when somebody first asks for it. */
  readonly body: () => Buffer;
  /** As the build packed it; undefined where it is too small for that. */
  readonly gzip: () => Buffer | undefined;
  readonly isImmutable: boolean;
}

/** Answers requests for the dashboard: false for those that are not for it. */
export type ServeDashboard = (request: FastifyRequest, reply: FastifyReply) => boolean;

/**
 * Serves the build of the dashboard. Files whose names carry a hash are kept by browsers for ever; every other address
 * that a person opens is a view of the dashboard, which reads it by itself.
 *
 * Only names that were found in the folder are served, so no address leads out of it.
 */
export function createDashboard(folder: string = FOLDER): ServeDashboard {
  let files: ReadonlyMap<string, StaticFile> | undefined;
  return (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const address = request.url.replace(/[?#].*$/s, '');
    if (address.startsWith('/api/')) return false;
    files ??= readBuild(folder);
    const file = files.get(address);
    if (file && address !== '/index.html') sendFile(request, reply, file);
    else if (address !== '/' && !wantsPage(request)) return false;
    else sendPage(request, reply, files.get('/index.html'));
    return true;
  };
}

function readBuild(folder: string): ReadonlyMap<string, StaticFile> {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const places = new Set(entries.map((entry) => path.join(entry.parentPath, entry.name)));
  return new Map(
    [...places]
      .filter((place) => !place.endsWith(PACKED))
      .map((place) => {
        const address = `/${path.relative(folder, place).split(path.sep).join('/')}`;
        return [address, staticFile(place, address, places.has(`${place}${PACKED}`))];
      }),
  );
}

function staticFile(place: string, address: string, isPacked: boolean): StaticFile {
  let body: Buffer | undefined;
  let packed: Buffer | undefined;
  return {
    type: TYPES[path.extname(place)] ?? 'application/octet-stream',
    body: () => (body ??= readFileSync(place)),
    gzip: () => (isPacked ? (packed ??= readFileSync(`${place}${PACKED}`)) : undefined),
    isImmutable: address.startsWith('/assets/'),
  };
}

function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): void {
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const packed = takesGzip ? file.gzip() : undefined;
  if (packed) reply.header('content-encoding', 'gzip');
  void reply
    .code(200)
    .headers({
      'content-type': file.type,
      'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
    })
    .send(packed ?? file.body());
}

/**
 * The page itself. Scripts run only from our own files; styles that components make while they run carry a nonce that
 * is new for each page.
 */
function sendPage(request: FastifyRequest, reply: FastifyReply, index: StaticFile | undefined): void {
  if (!index) {
    void reply.code(503).header('content-type', 'text/plain; charset=utf-8').send(NOT_BUILT);
    return;
  }
  const nonce = randomBytes(16).toString('base64url');
  void reply
    .code(200)
    .headers({
      'content-type': index.type,
      'cache-control': 'no-store',
      'content-security-policy': policy(nonce),
      'cross-origin-opener-policy': 'same-origin',
    })
    .send(index.body().toString('utf8').replaceAll('__NONCE__', nonce).replace('__SESSION__', sessionOf(request)));
}

/** Whether a session came along, so that the page need not ask; whether it is still good, its first call tells. */
function sessionOf({ headers }: FastifyRequest): 'yes' | 'no' {
  return /(?:^|;)\s*(?:__Host-)?sluice=[^;\s]/.test(headers.cookie ?? '') ? 'yes' : 'no';
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
