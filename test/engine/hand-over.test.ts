import { expect, test } from '@jest/globals';
import type { NewTask } from '../../src/core/task.ts';
import { batchesToHand } from '../../src/engine/hand-over.ts';

function task(route: string, changes: Partial<NewTask> = {}): NewTask {
  const base = {
    key: 'k',
    isFirst: true,
    state: 'new',
    record: {},
    payload: '{}',
    stage: 'ready',
    error: null,
  } as const;
  return { route, ...base, ...changes };
}

function room(batches: number, size: number): Parameters<typeof batchesToHand>[1] {
  return { room: () => Promise.resolve({ batches, size }), take: () => undefined };
}

const NONE: ReadonlySet<string> = new Set();

test('cuts the new tasks of each route into batches, as far as there is room', async () => {
  const tasks = [task('a'), task('b'), task('a'), task('a'), task('a'), task('a')];
  expect(await batchesToHand(tasks, room(2, 2), NONE)).toEqual([
    { route: 'a', tasks: [0, 2] },
    { route: 'a', tasks: [3, 4] },
    { route: 'b', tasks: [1] },
  ]);
  expect(await batchesToHand(tasks, room(0, 2), NONE)).toEqual([]);
});

test('leaves later versions, failed and skipped tasks to the database', async () => {
  const tasks = [
    task('a', { isFirst: false }),
    task('a', { state: 'failed' }),
    task('a', { state: 'skipped' }),
    task('a'),
  ];
  expect(await batchesToHand(tasks, room(4, 2), NONE)).toEqual([{ route: 'a', tasks: [3] }]);
});

test('hands nothing over on a route that has open records of another incoming', async () => {
  expect(await batchesToHand([task('a'), task('b')], room(4, 2), new Set(['a']))).toEqual([{ route: 'b', tasks: [1] }]);
});
