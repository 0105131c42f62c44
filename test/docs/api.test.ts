import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { buildApp } from '../../src/server/app.ts';
import type { Platform } from '../../src/server/platform.ts';
import { readPages } from './pages.ts';

const OUTSIDE = ['/healthz', '/readyz', '/metrics'];

/** Routes in the tables of docs/api.md; a path without a method has the one before it. */
function documentedRoutes(): string[] {
  const text = readPages().find(({ file }) => file === 'docs/api.md')?.text ?? '';
  const cells = [...text.matchAll(/^\| (`(?:GET|POST|PUT|DELETE)\b.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => {
    const routes: string[] = [];
    let methods: string[] = [];
    let hasPath = false;
    for (const [, method, path] of cell.matchAll(/`(GET|POST|PUT|DELETE)? ?(\/[^`?]*)?[^`]*`/g)) {
      if (method !== undefined) methods = hasPath ? [method] : [...methods, method];
      hasPath = path !== undefined;
      if (path !== undefined) routes.push(...methods.map((each) => `${each} ${path}`));
    }
    return routes;
  });
}

test('docs/api.md names every route, and no other', async () => {
  // Routes are only registered here, none is called.
  const platform = {
    log: pino({ level: 'silent' }),
    store: {},
    settings: { trustedProxies: [] },
  } as unknown as Platform;
  const app = await buildApp(platform);
  await app.ready();
  const routes = app.routeTable.map(({ method, url }) => {
    const path = url.replace(/^\/api\/v1/, '').replaceAll(/:(\w+)/g, '{$1}');
    return `${method} ${path}`;
  });
  await app.close();
  expect(new Set(documentedRoutes())).toEqual(new Set(routes));
  expect(OUTSIDE.every((path) => routes.includes(`GET ${path}`))).toBe(true);
});
