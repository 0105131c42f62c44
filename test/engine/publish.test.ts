import { expect, test } from '@jest/globals';
import type { SendContext } from '../../src/connector/publishing/types.ts';
import { RateLimitError } from '../../src/core/errors.ts';
import { type PublishDeps, publishBatch, type Publishing } from '../../src/engine/publish.ts';

const TASK = { id: 1, key: 'k', record: {}, stage: 'ready' as const, attempts: 1, uncertainSince: null, nextAt: 0 };

/** Publishes one task through a publisher that does `calls`; answers how often the mark was cleared. */
async function clearsAfter(calls: (context: SendContext) => Promise<void>): Promise<number> {
  let cleared = 0;
  const tasks = {
    markSending: () => Promise.resolve(true),
    clearSending: () => {
      cleared += 1;
      return Promise.resolve();
    },
    settle: () => Promise.resolve(),
  };
  const publisher = {
    batchSize: 1,
    onUncertain: 'hold',
    send: async (_: unknown, context: SendContext) => {
      await calls(context);
      return [{ kind: 'postponed', error: new RateLimitError('wait', 1), afterMs: 1 }];
    },
  };
  const outgoing = {
    id: 'o',
    publisher,
    transform: (record: object) => [record],
    target: { client: 'c', entity: 'e' },
  };
  const route = { id: 'r', retry: { attempts: 5, delay: '1s', maxDelay: '1m' } };
  const deps = {
    tasks,
    links: {},
    worker: 'w',
    now: Date.now,
    random: () => 0,
  };
  await publishBatch(
    { id: 7, tasks: [TASK] },
    { route, outgoing, incoming: undefined } as unknown as Publishing,
    deps as unknown as PublishDeps,
    new AbortController().signal,
  );
  return cleared;
}

test('takes the mark back when the only call of a claim was not taken', async () => {
  const cleared = await clearsAfter(async (context) => {
    await context.beforeSend();
    await context.notSent();
  });
  expect(cleared).toBe(1);
});

test('keeps the mark when an earlier call of the claim went out', async () => {
  const cleared = await clearsAfter(async (context) => {
    await context.beforeSend();
    await context.beforeSend();
    await context.notSent();
  });
  expect(cleared).toBe(0);
});
