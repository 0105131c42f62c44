import { describe, expect, test } from '@jest/globals';
import type { Api } from '../../src/cli/api.ts';
import { connect } from '../../src/cli/commands/connect.ts';
import { errorOf } from '../http/test-transport.ts';

const BEGUN = {
  id: 'a-1',
  url: 'https://acme.test/authorize?x=1',
  redirectUri: 'https://me/cb',
  expiresAt: '2026-01-01',
};

/** An API whose sign-in stands as told, one look after the other. */
function played(...standings: { status: string; message?: string }[]): { api: Pick<Api, 'request'>; asked: string[] } {
  const asked: string[] = [];
  const rest = [...standings];
  const api: Pick<Api, 'request'> = {
    request: <T>(method: string, path: string) => {
      asked.push(`${method} ${path}`);
      return Promise.resolve((method === 'POST' ? BEGUN : { message: null, ...rest.shift() }) as T);
    },
  };
  return { api, asked };
}

async function run(api: Pick<Api, 'request'>, wait: boolean): Promise<{ lines: string[]; waits: number[] }> {
  const lines: string[] = [];
  const waits: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  await connect(api, 'my client', { wait }, (line) => lines.push(line), sleep);
  return { lines, waits };
}

describe('sluice connect', () => {
  test('prints the address and waits until the client is connected', async () => {
    const { api, asked } = played({ status: 'open' }, { status: 'open' }, { status: 'connected' });
    const { lines, waits } = await run(api, true);
    expect(lines).toContain(BEGUN.url);
    expect(lines.join(' ')).toContain(BEGUN.redirectUri);
    expect(lines.at(-1)).toBe('my client is connected');
    expect(waits).toEqual([1000, 1000]);
    const path = '/clients/my%20client/authorize';
    expect(asked).toEqual([`POST ${path}`, ...[1, 2, 3].map(() => `GET ${path}/a-1`)]);
  });

  test('only prints it with --no-wait', async () => {
    const { api, asked } = played();
    expect((await run(api, false)).lines).toContain(BEGUN.url);
    expect(asked).toHaveLength(1);
  });

  test.each([
    [{ status: 'failed', message: 'The system says: access_denied' }, 'access_denied'],
    [{ status: 'expired' }, 'nobody signed in within ten minutes'],
  ])('ends with an error when it is %j', async (standing, message) => {
    const error = await errorOf(run(played(standing).api, true));
    expect(error).toMatchObject({ code: 'ERR_NOT_CONNECTED', message: expect.stringContaining(message) });
  });
});
