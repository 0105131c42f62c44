import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadConnector } from '../../src/connector/load.ts';
import { answersOf } from '../../src/connector/publishing/answers.ts';
import type { Target } from '../../src/connector/publishing/target.ts';
import type { Json } from '../../src/core/record.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import type { CallWindow } from '../../src/http/types.ts';
import { errorOf } from '../http/test-transport.ts';
import { answerJson, withServer } from '../http/with-server.ts';
import { connect, readAll } from './with-connector.ts';

const connector = loadConnector(path.resolve(import.meta.dirname, '../../connector/zendesk'));

async function withZendesk<T>(
  answers: object[],
  use: (client: ReturnType<typeof connect>, asked: string[], windows: CallWindow[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const windows: CallWindow[] = [];
  const budget = createMemoryCallBudget();
  return withServer(
    (request, response) => {
      asked.push(decodeURIComponent(request.url ?? ''));
      answerJson(response, 200, answers[asked.length - 1] ?? {});
    },
    async (baseUri) => {
      const client = connect(
        connector,
        {
          authentication: 'api-token',
          parameters: { baseUri, subdomain: 'acme', email: 'agent@example.com', apiToken: 'made-up-token' },
        },
        {
          budget: {
            ...budget,
            take: (name, taken, calls) => {
              windows.push(...taken);
              return budget.take(name, taken, calls);
            },
          },
        },
      );
      try {
        return await use(client, asked, windows);
      } finally {
        client.close();
      }
    },
  );
}

describe('an export', () => {
  const PAGE = { tickets: [{ id: 1 }], after_cursor: 'a', end_of_stream: false };
  const LAST = { tickets: [{ id: 2 }], after_cursor: 'b', end_of_stream: true };

  test('goes on behind the last cursor, and asks for no beginning then', async () => {
    const nothing = { tickets: [], after_cursor: 'b', end_of_stream: true };
    await withZendesk([PAGE, LAST, nothing], async (client, asked) => {
      const first = await readAll(client, 'tickets.export');
      const state = first.pages.at(-1)?.state as Json;
      const second = await readAll(client, 'tickets.export', {}, { state });
      expect(first.rows).toEqual([{ id: 1 }, { id: 2 }]);
      expect(second.pages.at(-1)?.state).toEqual(state);
      expect(asked).toEqual([
        '/api/v2/incremental/tickets/cursor?start_time=0&per_page=1000',
        '/api/v2/incremental/tickets/cursor?per_page=1000&cursor=a',
        '/api/v2/incremental/tickets/cursor?per_page=1000&cursor=b',
      ]);
    });
  });

  test('by time goes on at the end of the last one', async () => {
    const page = (id: number, end: number) => ({ organizations: [{ id }], end_time: end, end_of_stream: true });
    await withZendesk([page(1, 1_793_520_000), page(2, 1_793_606_400)], async (client, asked) => {
      const first = await readAll(client, 'organizations.export');
      await readAll(client, 'organizations.export', {}, { state: first.pages.at(-1)?.state as Json });
      expect(asked[1]).toBe('/api/v2/incremental/organizations?start_time=1793520000&per_page=1000');
    });
  });

  test('that does not move is an error, not an end', async () => {
    await withZendesk([PAGE, PAGE], async (client) => {
      expect(await errorOf(readAll(client, 'tickets.export'))).toMatchObject({ code: 'ERR_PAGE_REPEATED' });
    });
  });

  test('counts for the ten calls a minute that all exports share, other lists do not', async () => {
    await withZendesk([LAST, { users: [], meta: { has_more: false } }], async (client, _asked, windows) => {
      await readAll(client, 'tickets.export');
      expect(windows).toContainEqual({ scope: 'exports', requests: 10, perMs: 60_000 });
      windows.length = 0;
      await readAll(client, 'users.list');
      expect(windows.map(({ scope }) => scope)).not.toContain('exports');
    });
  });
});

test('the id of a job is not taken for that of the one ticket in it', async () => {
  await withZendesk([], (client) => {
    const idsOf = (name: string, body: Json): unknown => {
      const target = { match: [] } as unknown as Target;
      return answersOf(client.operation('tickets', name), target, [{ subject: 'Printer jams' }], body).map(
        ({ id }) => id,
      );
    };
    const job = { job_status: { id: 'made-up-job', status: 'queued', results: null } };
    expect(idsOf('create-many', job)).toEqual([undefined]);
    expect(idsOf('create', { ticket: { id: 9 } })).toEqual(['9']);
    return Promise.resolve();
  });
});
