import { expect, test } from '@jest/globals';
import type { SourcePage } from '../../src/connector/subscribing.ts';
import { SourceError } from '../../src/core/errors.ts';
import { type DataRecord, plainText } from '../../src/core/record.ts';
import type { CommittedPage, PageCommit } from '../../src/core/run.ts';
import type { Run } from '../../src/engine/deps.ts';
import { poll, type PollDeps, type Polling } from '../../src/engine/poll.ts';

/** A source of pages whose writing takes until the test says so, without other waits, and what was asked of the store. */
class World {
  readonly events: string[] = [];
  readonly commits: PageCommit[] = [];
  finished: { status: string; error?: string } | undefined;
  released = 0;
  /** Whether writing takes until the test says so. */
  isHeld = true;
  /** Looks at the backlog, whose limit is 100, and what the nth of them finds. */
  looks = 0;
  backlog: (look: number) => number = () => 0;
  readonly #seen = new Map<string, { hash: string; pass: number }>();
  readonly #waiting: (() => void)[] = [];
  /** How the writing of each page ends; written where nothing is said. */
  ends: (page: number) => Promise<CommittedPage> | undefined = () => undefined;

  /** Lets the next pages be written as soon as that is asked for, and the reading is as far ahead of it as it goes. */
  async write(): Promise<void> {
    do await new Promise(setImmediate);
    while (this.#waiting.length === 0);
    this.#waiting.shift()?.();
  }

  /** Numbers of the pages that the source was asked for. */
  get asked(): number[] {
    return this.events.flatMap((event) => (event.startsWith('ask ') ? [Number(event.slice(4))] : []));
  }

  /** @param pages Ids and texts of the records of each page; an error stands for a source that fails there. */
  start(pages: readonly (readonly [number, string][] | Error)[], signal = new AbortController().signal): Promise<void> {
    const run = { id: 1, incoming: 'in', mode: 'incremental', progress: null, received: 0, repeated: 0 };
    return poll(run as unknown as Run, this.#polling(pages), this.#deps(), signal);
  }

  #polling(pages: readonly (readonly [number, string][] | Error)[]): Polling {
    const { events } = this;
    async function* read(): AsyncGenerator<SourcePage> {
      for (const [position, page] of pages.entries()) {
        events.push(`ask ${position}`);
        await Promise.resolve();
        if (page instanceof Error) throw page;
        const rows = page.map(([id, text]): DataRecord => ({ id, text }));
        yield { rows, announced: undefined, position, at: 1 };
      }
    }
    const subscriber = {
      ...{ mode: 'incremental', hasDelta: true, lookBackMs: 0, read },
      keyOf: ({ id }: DataRecord) => plainText(id),
      changedAt: () => undefined,
    };
    const transform = (record: DataRecord): DataRecord[] => [record];
    const incoming = { id: 'in', subscriber, transform, after: [] };
    const route = { id: 'route', incoming: 'in', transform, searchFields: [], backlogLimit: 100, order: 'key' };
    return { incoming, routes: [route] } as unknown as Polling;
  }

  #deps(): PollDeps {
    const runs = {
      routesWithOthers: () => Promise.resolve(new Set()),
      nextPass: () => Promise.resolve(7),
      checkpoint: () => Promise.resolve(undefined),
      isCancelled: () => Promise.resolve(false),
      seen: (_incoming: string, keys: readonly string[]) =>
        Promise.resolve(new Map(keys.flatMap((key) => (this.#seen.has(key) ? [[key, this.#seen.get(key)]] : [])))),
      commitPage: (page: PageCommit) => this.#commit(page),
      release: () => Promise.resolve(void (this.released += 1)),
      finish: (_run: unknown, _worker: string, end: World['finished']) => {
        this.events.push('finish');
        this.finished = end;
        return Promise.resolve(true);
      },
    };
    return {
      runs,
      tasks: { backlog: () => Promise.resolve(this.backlog(++this.looks)) },
      steps: {},
      worker: 'worker',
      wake: () => Promise.resolve(),
      handOver: { room: () => Promise.resolve({ batches: 0, size: 1 }), take: () => undefined },
      sleep: () => Promise.resolve(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    } as unknown as PollDeps;
  }

  async #commit(page: PageCommit): Promise<CommittedPage> {
    const number = this.commits.push(page) - 1;
    this.events.push(`write ${number}`);
    if (this.isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const end = this.ends(number);
    if (end) return end;
    for (const { key, hash } of page.seen) this.#seen.set(key, { hash, pass: page.pass });
    this.events.push(`written ${number}`);
    return { result: 'committed', claims: [] };
  }
}

const A: [number, string][] = [
  [1, 'a'],
  [2, 'b'],
];
const B: [number, string][] = [
  [2, 'b'],
  [3, 'c'],
];
const C: [number, string][] = [[4, 'd']];

test('pages are asked for and sorted while one is written, and written behind it, together', async () => {
  const world = new World();
  const reading = world.start([A, B, C]);
  await world.write();
  await world.write();
  await reading;
  const at = (event: string): number => world.events.indexOf(event);
  expect(at('ask 2')).toBeLessThan(at('written 0'));
  expect(at('write 1')).toBeGreaterThan(at('written 0'));
  expect(world.events.slice(-2)).toEqual(['written 1', 'finish']);
  expect(world.commits.map(({ counts }) => counts.received)).toEqual([2, 3]);
  expect(world.commits.map(({ progress }) => (JSON.parse(progress) as { position: number }).position)).toEqual([0, 2]);
  expect(world.finished).toMatchObject({ status: 'succeeded' });
});

test('a reading is not further ahead than the pages that can be written together', async () => {
  const world = new World();
  const reading = world.start([[1], [2], [3], [4], [5], [6], [7]].map(([id]) => [[id ?? 0, 'a']]));
  await world.write();
  // One is being written, four wait together, and one has no place yet.
  expect(world.asked).toEqual([0, 1, 2, 3, 4, 5]);
  await world.write();
  await world.write();
  await reading;
  expect(world.commits.map(({ tasks }) => tasks.map(({ key }) => key))).toEqual([
    ['1'],
    ['2', '3', '4', '5'],
    ['6', '7'],
  ]);
});

test('large pages are not held together', async () => {
  const world = new World();
  const large = 'x'.repeat(300_000);
  const reading = world.start([[[1, large]], [[2, large]], [[3, large]], [[4, large]]]);
  await world.write();
  expect(world.asked).toEqual([0, 1, 2]);
  for (let page = 1; page < 4; page += 1) await world.write();
  await reading;
  expect(world.commits.map(({ counts }) => counts.received)).toEqual([1, 1, 1, 1]);
});

test('a record that comes again over the edge of a page that is not written yet is a repeat, no second task', async () => {
  const world = new World();
  const reading = world.start([A, B]);
  await world.write();
  await world.write();
  await reading;
  const [, second] = world.commits;
  expect(second?.counts).toEqual({ pages: 1, received: 2, fresh: 1, unchanged: 0, repeated: 1 });
  expect(second?.tasks.map(({ key, isFirst }) => [key, isFirst])).toEqual([['3', true]]);
});

test('a record that changed over the edge of a page is taken again, as a later version', async () => {
  const world = new World();
  const reading = world.start([A, [[2, 'changed']]]);
  await world.write();
  await world.write();
  await reading;
  expect(world.commits[1]?.tasks.map(({ key, isFirst }) => [key, isFirst])).toEqual([['2', false]]);
});

test('records that repeat or change within pages that are written together are told apart as on single ones', async () => {
  const world = new World();
  const reading = world.start([A, B, [...C, [3, 'c'], [2, 'changed']]]);
  await world.write();
  await world.write();
  await reading;
  const [, second] = world.commits;
  expect(second?.counts).toEqual({ pages: 2, received: 5, fresh: 3, unchanged: 0, repeated: 3 });
  expect(second?.tasks.map(({ key, isFirst }) => [key, isFirst])).toEqual([
    ['3', true],
    ['4', true],
    ['2', false],
  ]);
  // Each record once, with its last version.
  expect(second?.seen.map(({ key }) => key).toSorted()).toEqual(['2', '3', '4']);
  const again = new World();
  const alone = again.start([[[2, 'changed']]]);
  await again.write();
  await alone;
  expect(second?.seen.find(({ key }) => key === '2')?.hash).toBe(again.commits[0]?.seen[0]?.hash);
});

test('a source that fails while a page is written: the page is kept, then the run has failed', async () => {
  const world = new World();
  const reading = world.start([A, new SourceError('ERR_TEST', 'gone')]);
  await world.write();
  await reading;
  expect(world.events.slice(-2)).toEqual(['written 0', 'finish']);
  expect(world.finished).toMatchObject({ status: 'failed', error: expect.stringContaining('ERR_TEST') });
});

test('a page that the database cannot take now hands the run back, also when the source fails meanwhile', async () => {
  const world = new World();
  world.ends = () => Promise.reject(Object.assign(new Error('connection terminated'), { code: '57P01' }));
  const reading = world.start([A, new SourceError('ERR_TEST', 'gone')]);
  await world.write();
  await reading;
  expect(world.released).toBe(1);
  expect(world.finished).toBeUndefined();
});

test('a run that was cancelled while pages were written asks for nothing more', async () => {
  const world = new World();
  world.ends = (page) => (page === 1 ? Promise.resolve({ result: 'cancelled' }) : undefined);
  const reading = world.start(Array.from({ length: 20 }, (_, id) => [[id, 'a']]));
  await world.write();
  await world.write();
  await reading;
  expect(Math.max(...world.asked)).toBeLessThan(11);
  expect(world.commits).toHaveLength(2);
  expect(world.finished).toMatchObject({ status: 'cancelled' });
});

test('the backlog is looked at every four pages near its limit, and less often far from it', async () => {
  const looks: number[] = [];
  for (const backlog of [99, 0]) {
    const world = new World();
    world.backlog = () => backlog;
    world.isHeld = false;
    await world.start(Array.from({ length: 40 }, (_, id) => [[id, 'a']]));
    expect(world.commits.flatMap(({ tasks }) => tasks)).toHaveLength(40);
    looks.push(world.looks);
  }
  expect(looks[0]).toBeGreaterThanOrEqual(9);
  expect(looks[1]).toBe(1);
});

test('a reading waits while the backlog has reached its limit', async () => {
  const world = new World();
  world.backlog = (look) => (look < 4 ? 100 : 10);
  world.isHeld = false;
  await world.start(Array.from({ length: 5 }, (_, id) => [[id, 'a']]));
  expect(world.looks).toBe(4);
});
