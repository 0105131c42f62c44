import { expect, test } from '@jest/globals';
import type { Claim } from '../../src/core/task.ts';
import { type LaneSent, Lanes, type LaneWork } from '../../src/queue/lanes.ts';

interface Bench {
  readonly lanes: Lanes;
  /** Claims that are there for whoever asks. */
  readonly due: Claim[];
  /** Claims whose publishing has begun, and those that were handed back. */
  readonly begun: number[];
  readonly released: number[];
  readonly calls: () => number;
  /** Ends the publishing of a claim. */
  readonly end: (id: number) => Promise<void>;
}

const SETTLED: LaneSent = { settled: Promise.resolve() };

function claimOf(id: number): Claim {
  return { id, tasks: [] };
}

/** Lanes over claims in memory; publishing ends when it is told to. */
function bench(limit: number, overrides: Partial<LaneWork> = {}): Bench & { active: Set<number>; logged: string[] } {
  const due: Claim[] = [];
  const begun: number[] = [];
  const released: number[] = [];
  const logged: string[] = [];
  const active = new Set<number>();
  const ends = new Map<number, () => void>();
  let calls = 0;
  const say = (_: object, message: string): void => {
    logged.push(message);
  };
  const lanes = new Lanes(limit, {
    claim: (_, batches) => {
      calls += 1;
      return Promise.resolve(due.splice(0, batches));
    },
    publish: (_, claim) => {
      begun.push(claim.id);
      return new Promise((resolve) => {
        ends.set(claim.id, () => {
          resolve(SETTLED);
        });
      });
    },
    release: (claim) => {
      released.push(claim.id);
      return Promise.resolve();
    },
    active: { claims: active, runs: new Set() },
    log: { info: say, warn: say, error: say },
    ...overrides,
  });
  return {
    ...{ lanes, due, begun, released, active, logged, calls: () => calls },
    end: async (id) => {
      ends.get(id)?.();
      await settled();
    },
  };
}

/** All that can go on without outside help has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

test('works on no more batches of a route at once than it has lanes, and on all that are due', async () => {
  const { lanes, due, begun, end } = bench(2);
  due.push(...[1, 2, 3, 4, 5].map(claimOf));
  lanes.wake('slow');
  await settled();
  expect(begun).toEqual([1, 2]);
  for (const id of [1, 2, 3, 4, 5]) await end(id);
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  await lanes.idle();
});

test('publishes what it is handed without claiming, and claims afterwards when it was told of work', async () => {
  const { lanes, due, begun, calls, active, end } = bench(2);
  lanes.hand('route', [claimOf(7), claimOf(8), claimOf(9)]);
  await settled();
  expect({ begun, calls: calls(), active: [...active] }).toEqual({ begun: [7, 8], calls: 0, active: [7, 8, 9] });
  due.push(claimOf(10));
  await end(7);
  await end(8);
  expect({ begun, calls: calls() }).toEqual({ begun: [7, 8, 9], calls: 0 });
  lanes.wake('route');
  await settled();
  expect(begun).toEqual([7, 8, 9, 10]);
  expect([...active]).toEqual([9, 10]);
});

test('says how many batches it would begin soon, and none when it stops', async () => {
  const { lanes } = bench(2);
  expect(lanes.room('route', 100)).toBe(4);
  lanes.hand('route', [claimOf(1), claimOf(2), claimOf(3)]);
  expect(lanes.room('route', 100)).toBe(1);
  await lanes.close();
  expect(lanes.room('route', 100)).toBe(0);
});

test('makes one claim for all lanes that wait', async () => {
  const { lanes, due, begun, calls } = bench(8);
  due.push(...[1, 2, 3].map(claimOf));
  for (let n = 0; n < 5; n += 1) lanes.wake('route');
  await settled();
  expect(begun).toEqual([1, 2, 3]);
  // One that found three, and at most one for those who found nothing left.
  expect(calls()).toBeLessThanOrEqual(2);
});

test('claims again when a batch is done that others had to wait for', async () => {
  const inOrder: Claim[] = [1, 2, 3].map(claimOf);
  let isBusy = false;
  const published: number[] = [];
  const { lanes } = bench(2, {
    claim: () => Promise.resolve(isBusy ? [] : inOrder.splice(0, 1)),
    publish: async (_, claim) => {
      isBusy = true;
      published.push(claim.id);
      await settled();
      isBusy = false;
      return SETTLED;
    },
  });
  // Woken for every batch before the first is done: nobody says so again.
  for (let n = 0; n < 3; n += 1) lanes.wake('route');
  await lanes.idle();
  expect(published).toEqual([1, 2, 3]);
});

test('looks again when it is woken while all lanes are busy', async () => {
  const { lanes, due, begun, end } = bench(1);
  due.push(claimOf(1));
  lanes.wake('route');
  await settled();
  due.push(claimOf(2));
  lanes.wake('route');
  await end(1);
  expect(begun).toEqual([1, 2]);
});

test('leaves other routes their places', async () => {
  const { lanes, due, begun } = bench(1);
  due.push(claimOf(1));
  lanes.wake('slow');
  await settled();
  due.push(claimOf(2));
  lanes.wake('quick');
  await settled();
  expect(begun).toEqual([1, 2]);
});

test('hands back what was not begun when it stops, and begins nothing new', async () => {
  const { lanes, due, begun, released, active, end } = bench(1);
  lanes.hand('route', [claimOf(1), claimOf(2)]);
  await settled();
  due.push(claimOf(3));
  await lanes.close();
  expect(released).toEqual([2]);
  await end(1);
  await lanes.idle();
  expect({ begun, active: [...active] }).toEqual({ begun: [1], active: [] });
});

test('goes on with a route whose publishing failed unexpectedly, as soon as it is woken', async () => {
  let failures = 1;
  const published: number[] = [];
  const { lanes, due, logged } = bench(1, {
    publish: (_, { id }) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new Error('broken'));
      published.push(id);
      return Promise.resolve(SETTLED);
    },
  });
  due.push(claimOf(1), claimOf(2));
  lanes.wake('route');
  await settled();
  expect(logged).toHaveLength(1);
  lanes.wake('route');
  await settled();
  expect(published).toEqual([2]);
});

test('sends on while what was sent is settled, but not without end', async () => {
  const begun: number[] = [];
  const settle: (() => void)[] = [];
  const { lanes, active } = bench(1, {
    publish: (_, { id }) => {
      begun.push(id);
      return Promise.resolve({ settled: new Promise((resolve) => settle.push(resolve)) });
    },
  });
  lanes.hand('route', [1, 2, 3, 4].map(claimOf));
  await settled();
  expect({ begun, active: [...active] }).toEqual({ begun: [1, 2], active: [1, 2, 3, 4] });
  expect(lanes.room('route', 100)).toBe(-2);
  settle[0]?.();
  await settled();
  expect({ begun, active: [...active] }).toEqual({ begun: [1, 2, 3], active: [2, 3, 4] });
  for (let id = 1; id < 4; id += 1) {
    settle[id]?.();
    await settled();
  }
  await lanes.idle();
  expect({ begun, active: [...active] }).toEqual({ begun: [1, 2, 3, 4], active: [] });
});

test('claims again for those who were held up, once what was sent is settled', async () => {
  const inOrder: Claim[] = [1, 2].map(claimOf);
  const begun: number[] = [];
  let open = 0;
  let settle: () => void = () => undefined;
  const { lanes } = bench(2, {
    claim: () => Promise.resolve(open > 0 ? [] : inOrder.splice(0, 1)),
    publish: (_, { id }) => {
      begun.push(id);
      open += 1;
      const done = new Promise<void>((resolve) => {
        settle = resolve;
      });
      return Promise.resolve({ settled: done.then(() => void (open -= 1)) });
    },
  });
  lanes.wake('route');
  await settled();
  expect(begun).toEqual([1]);
  settle();
  await settled();
  expect(begun).toEqual([1, 2]);
  settle();
  await lanes.idle();
});

test('tells of a batch that could not be settled, and goes on', async () => {
  const begun: number[] = [];
  const { lanes, logged, active } = bench(1, {
    publish: (_, { id }) => {
      begun.push(id);
      return Promise.resolve({ settled: id === 1 ? Promise.reject(new Error('broken')) : Promise.resolve() });
    },
  });
  lanes.hand('route', [claimOf(1), claimOf(2)]);
  await lanes.idle();
  expect({ begun, active: [...active], told: logged.length }).toEqual({ begun: [1, 2], active: [], told: 1 });
});
