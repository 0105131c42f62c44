import path from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConnector } from '../../src/connector/load.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import { answerJson, withServer } from '../http/with-server.ts';
import { connect, readAll } from './with-connector.ts';

const connector = loadConnector(path.resolve(import.meta.dirname, '../../connector/freshservice'));

interface Taken {
  readonly scopes: readonly string[];
  readonly calls: number | undefined;
}

async function withFreshservice<T>(
  body: object,
  headers: object,
  use: (client: ReturnType<typeof connect>, seen: { taken: Taken[]; pauses: number[]; asked: string[] }) => Promise<T>,
): Promise<T> {
  const seen = { taken: [] as Taken[], pauses: [] as number[], asked: [] as string[] };
  const budget = createMemoryCallBudget();
  return withServer(
    (request, response) => {
      seen.asked.push(decodeURIComponent(request.url ?? ''));
      answerJson(response, 200, body, headers);
    },
    async (baseUri) => {
      const client = connect(
        connector,
        { authentication: 'api-key', parameters: { baseUri, domain: 'acme', apiKey: 'made-up-key' } },
        {
          budget: {
            take: (name, windows, calls) => {
              seen.taken.push({ scopes: windows.map(({ scope = '' }) => scope), calls });
              return budget.take(name, windows, calls);
            },
            pause: (_name, ms) => {
              seen.pauses.push(ms);
              return Promise.resolve();
            },
          },
        },
      );
      try {
        return await use(client, seen);
      } finally {
        client.close();
      }
    },
  );
}

test('the first reading of tickets goes further back than the 30 days that come unasked', async () => {
  await withFreshservice({ tickets: [] }, {}, async (client, { asked }) => {
    await readAll(client, 'tickets.list');
    const since = new URL(asked[0] ?? '', 'http://x').searchParams.get('updated_since') ?? '';
    expect(since).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.now() - Date.parse(since)).toBeGreaterThan(10 * 365 * 86_400_000);
  });
});

test('lists have a budget of their own, and what they include counts for more', async () => {
  await withFreshservice({ tickets: [], departments: [] }, {}, async (client, { taken }) => {
    await readAll(client, 'tickets.list');
    await readAll(client, 'tickets.list-detailed');
    await readAll(client, 'departments.list');
    expect(taken.map(({ scopes }) => scopes.includes('ticket-lists'))).toEqual([true, true, false]);
    expect(taken.map(({ calls = 1 }) => calls)).toEqual([1, 4, 1]);
  });
});

test('the client waits when the last call is used up', async () => {
  const headers = { 'x-ratelimit-remaining': '0', 'retry-after': '7' };
  await withFreshservice({ departments: [] }, headers, async (client, { pauses }) => {
    await readAll(client, 'departments.list');
    expect(pauses).toEqual([7_000]);
  });
});
