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
    memory: { links: 'o', matches: 'c' },
  };
  const route = { id: 'r', retry: { attempts: 5, delay: '1s', maxDelay: '1m' } };
  const deps = {
    tasks,
    links: {},
    worker: 'w',
    now: Date.now,
    random: () => 0,
  };
  const { settled } = await publishBatch(
    { id: 7, tasks: [TASK] },
    { route, outgoing, incoming: undefined } as unknown as Publishing,
    deps as unknown as PublishDeps,
    new AbortController().signal,
  );
  await settled;
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

/** What the driver throws when the server was restarted under a statement. */
const CUT_OFF = Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });

/** Publishes one task that the target takes, with a database that fails a number of times; answers what was asked of it. */
async function askedOf(failing: 'settle' | 'markSending', fault: Error, times: number): Promise<string[]> {
  const asked: string[] = [];
  let left = times;
  const answer = (name: string, result: unknown) => () => {
    asked.push(name);
    if (name === failing && left > 0) {
      left -= 1;
      return Promise.reject(fault);
    }
    return Promise.resolve(result);
  };
  const tasks = {
    markSending: answer('markSending', true),
    settle: (_claim: unknown, [outcome]: [{ state: string }]) =>
      answer('settle', undefined)().then(() => asked.push(outcome.state)),
    release: answer('release', undefined),
  };
  const publisher = {
    batchSize: 1,
    onUncertain: 'hold',
    send: async (_: unknown, context: SendContext) => {
      await context.beforeSend();
      asked.push('call');
      return [{ kind: 'done', targetId: '1' }];
    },
  };
  const outgoing = {
    id: 'o',
    publisher,
    transform: (record: object) => [record],
    target: { client: 'c', entity: 'e' },
    memory: { links: 'o', matches: 'c' },
  };
  const route = { id: 'r', retry: { attempts: 5, delay: '1s', maxDelay: '1m' } };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const health = { published: () => Promise.resolve(), standstill: () => Promise.resolve(undefined) };
  const deps = {
    ...{ tasks, links: {}, worker: 'w', now: Date.now, random: () => 0, log, health },
    sleep: () => Promise.resolve(),
  };
  const { settled } = await publishBatch(
    { id: 7, tasks: [TASK] },
    { route, outgoing, incoming: undefined } as unknown as Publishing,
    deps as unknown as PublishDeps,
    new AbortController().signal,
  );
  await settled;
  return asked;
}

test('results of calls are written when the database is there again; the call is not made again', async () => {
  const asked = await askedOf('settle', CUT_OFF, 3);
  expect(asked).toEqual(['markSending', 'call', 'settle', 'settle', 'settle', 'settle', 'finished']);
});

test('a call waits for its mark', async () => {
  expect(await askedOf('markSending', CUT_OFF, 2)).toEqual([
    ...['markSending', 'markSending', 'markSending', 'call', 'settle', 'finished'],
  ]);
});

test('a statement that is wrong is no reason to wait: the record fails and can be seen', async () => {
  const wrong = Object.assign(new Error('column "x" does not exist'), { code: '42703' });
  expect(await askedOf('settle', wrong, 1)).toEqual(['markSending', 'call', 'settle', 'settle', 'failed']);
});

test('links are learnt of what arrived, of what failed behind it, and of what else an answer told', async () => {
  const learnt: unknown[] = [];
  const results = [
    { kind: 'done', targetId: '1', links: [{ key: 'contract 5', targetId: '8' }] },
    { kind: 'failed', targetId: '2', error: new RateLimitError('not verified', 1) },
    { kind: 'failed', error: new RateLimitError('never stored', 1) },
    { kind: 'done' },
  ];
  const tasks = {
    settle: (_claim: unknown, _outcomes: unknown, links: { learnt: unknown[] }) => Promise.resolve(learnt.push(links)),
  };
  const outgoing = {
    ...{ id: 'o', transform: (record: object) => [record], target: { client: 'c', entity: 'e' } },
    ...{ publisher: { batchSize: 4, send: () => Promise.resolve(results) }, memory: { links: 'o', matches: 'c' } },
  };
  const route = { id: 'r', retry: { attempts: 5, delay: '1s', maxDelay: '1m' } };
  const health = { published: () => Promise.resolve(), afterFailure: () => Promise.resolve(undefined) };
  const { settled } = await publishBatch(
    { id: 7, tasks: ['a', 'b', 'c', 'd'].map((key, id) => ({ ...TASK, id, key })) },
    { route, outgoing, incoming: undefined } as unknown as Publishing,
    { tasks, links: {}, worker: 'w', now: Date.now, random: () => 0, health } as unknown as PublishDeps,
    new AbortController().signal,
  );
  await settled;
  const links = [
    { key: 'a', targetId: '1' },
    { key: 'contract 5', targetId: '8' },
    { key: 'b', targetId: '2' },
  ];
  expect(learnt).toEqual([{ outgoing: 'o', learnt: links }]);
});
