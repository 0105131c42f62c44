import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Publisher, RecordResult, SendContext } from '../../src/connector/publishing/types.ts';
import { placesInDoubt } from '../../src/engine/in-doubt.ts';
import { type PublishDeps, publishBatch, type Publishing } from '../../src/engine/publish.ts';

const DONE: RecordResult = { kind: 'done', targetId: '1' };

/** Batches of one outgoing whose target answers at once, and a database that settles when it is told to. */
function bench(size: number, callsAtOnce: number | undefined, send = sendAll) {
  const settles: { readonly claim: number; readonly end: (fault?: Error) => void }[] = [];
  let calls = 0;
  const publisher: Publisher = {
    ...{ batchSize: size, onUncertain: 'hold', plan: () => Promise.resolve([]) },
    ...(callsAtOnce !== undefined && { callsAtOnce }),
    send: (batch, context) =>
      send(context, () => {
        calls += 1;
        return batch.map(() => DONE);
      }),
  };
  const outgoing = {
    ...{ id: 'o', publisher, inDoubt: placesInDoubt(publisher), transform: (record: object) => [record] },
    ...{ target: { client: 'c', entity: 'e' }, memory: { links: 'o', matches: 'c' } },
  };
  const tasks = {
    settle: ({ id }: { id: number }) =>
      new Promise<void>((resolve, reject) => {
        const end = (fault?: Error): void => {
          if (fault) reject(fault);
          else resolve();
        };
        settles.push({ claim: id, end });
      }),
    release: () => Promise.resolve(),
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const health = { published: () => Promise.resolve() };
  const deps = { tasks, links: {}, worker: 'w', now: Date.now, random: () => 0, log, health };
  const stop = new AbortController();
  const route = { id: 'r', retry: { attempts: 5, delay: '1s', maxDelay: '1m' } };
  return {
    settles,
    stop,
    calls: () => calls,
    begin: async (batches: number): Promise<void> => {
      for (let id = 0; id < batches; id += 1) {
        void publishBatch(
          { id, tasks: Array.from({ length: size }, (_, index) => ({ ...TASK, id: index, key: `${id}-${index}` })) },
          { route, outgoing, incoming: undefined } as unknown as Publishing,
          deps as unknown as PublishDeps,
          stop.signal,
        );
      }
      await everything();
    },
  };
}

const TASK = { id: 1, key: 'k', record: {}, stage: 'ready' as const, attempts: 1, uncertainSince: null, nextAt: 0 };

async function sendAll(context: SendContext, call: () => readonly RecordResult[]): Promise<readonly RecordResult[]> {
  await context.beforeCall();
  return call();
}

/** All that can happen without time has happened. */
async function everything(): Promise<void> {
  for (let n = 0; n < 10; n += 1) await turn();
}

test('a target that answers faster than the database keeps results gets no more batches than it takes calls at once', async () => {
  const { begin, calls, settles } = bench(50, 4);
  await begin(7);
  expect(calls()).toBe(4);
  settles[0]?.end();
  await everything();
  expect(calls()).toBe(5);
  for (const { end } of settles) end();
  await everything();
  expect(calls()).toBe(7);
});

test('results of single records, and of small batches, may wait while the next calls are made', async () => {
  const single = bench(1, 8);
  await single.begin(60);
  expect(single.calls()).toBe(8 + 32);
  const small = bench(10, 2);
  await small.begin(10);
  expect(small.calls()).toBe(2 + 3);
});

test('where the target has no limit, nothing waits', async () => {
  const { begin, calls } = bench(50, undefined);
  await begin(30);
  expect(calls()).toBe(30);
});

test('a batch takes one place, however many calls it makes', async () => {
  const { begin, calls, settles } = bench(50, 1, async (context, call) => {
    await context.beforeCall();
    call();
    await context.beforeCall();
    return call();
  });
  await begin(2);
  expect(calls()).toBe(2);
  settles[0]?.end();
  await everything();
  expect(calls()).toBe(4);
});

test('a batch whose publisher fails, or whose results cannot be kept, leaves its place to others', async () => {
  let isFirst = true;
  const failing = bench(50, 1, async (context, call) => {
    await context.beforeCall();
    if (!isFirst) return call();
    isFirst = false;
    throw new Error('a bug');
  });
  await failing.begin(2);
  expect(failing.calls()).toBe(0);
  failing.settles[0]?.end();
  await everything();
  expect(failing.calls()).toBe(1);

  const refused = bench(50, 1);
  await refused.begin(2);
  refused.settles[0]?.end(Object.assign(new Error('column "x" does not exist'), { code: '42703' }));
  await everything();
  // The tasks fail visibly by a second write.
  refused.settles[1]?.end();
  await everything();
  expect(refused.calls()).toBe(2);
});

test('what waits for a place ends with the process', async () => {
  const { begin, calls, settles, stop } = bench(50, 1);
  await begin(3);
  stop.abort(new Error('stopping'));
  await everything();
  settles[0]?.end();
  await everything();
  expect(calls()).toBe(1);
});
