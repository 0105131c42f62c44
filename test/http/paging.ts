import { checkComponent } from '../../src/core/validation.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { paginators } from '../../src/http/paginators/index.ts';
import { createSecrets } from '../../src/http/redaction.ts';
import type { HttpClient, PageInfo, Paginator, PaginatorContext } from '../../src/http/types.ts';
import type { Json } from '../../src/core/record.ts';
import { withTransport } from './test-transport.ts';

/** Noon of 2 March 2026. */
export const NOW = Date.UTC(2026, 2, 2, 12);

/** A paginator as a manifest gives it. */
export function paginatorOf(source: unknown, now: () => number = () => NOW): Paginator {
  const context: PaginatorContext = { now, paginator: (inner) => paginatorOf(inner, now) };
  const checked = checkComponent(paginators, source, 'paginator', '');
  if (!('component' in checked)) throw new Error(JSON.stringify(checked.problems));
  return checked.component.create(checked.options as never, context);
}

/** A page whose rows are `rows`, or as many rows as it says. */
export function pageOf(
  body: Json | undefined,
  rows: number | readonly object[],
  page: Partial<PageInfo> = {},
): PageInfo {
  const records = typeof rows === 'number' ? Array.from({ length: rows }, (_, id) => ({ id })) : rows;
  const count = records.length;
  return {
    ...{ rows: count, records: records as PageInfo['records'], received: count, total: undefined },
    ...{ body, headers: {}, url: 'https://api.example/v2/devices?page=1', ...page },
  };
}

/** A client of a server, without sign-in, limits and retry. */
export async function withClient<T>(use: (client: HttpClient) => Promise<T>): Promise<T> {
  return withTransport({}, (transport) =>
    use(
      createHttpClient({
        name: 'source',
        transport,
        authenticator: { apply: () => Promise.resolve({ headers: { authorization: 'Bearer canary-token' } }) },
        limits: [],
        budget: createMemoryCallBudget(Date.now),
        retry: { attempts: 1, baseMs: 1, maxMs: 1 },
        errorMessagePaths: [],
        secrets: createSecrets([]),
      }),
    ),
  );
}
