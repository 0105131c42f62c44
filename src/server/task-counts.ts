import type { Store } from '../store/index.ts';
import type { TaskState } from '../core/task.ts';
import type { Platform } from './platform.ts';

/** The platform, and a way to count tasks that can be asked often. */
export interface CountingPlatform extends Platform {
  readonly countTasks: () => Promise<Record<TaskState, number>>;
}

/** Counting all tasks reads their whole table, and dashboards and monitoring ask all the time. */
const FRESH_MS = 5000;

/** Tasks by state, a few seconds old at most. One counting at a time, whoever asks. */
export function createTaskCounts(store: Pick<Store, 'tasks'>): () => Promise<Record<TaskState, number>> {
  let counts: Promise<Record<TaskState, number>> | undefined;
  let until = 0;
  return () => {
    if (counts && Date.now() < until) return counts;
    const counting = store.tasks.countByState({});
    counting.then(
      () => {
        until = Date.now() + FRESH_MS;
      },
      () => {
        counts = undefined;
      },
    );
    // Until it is there everybody waits for this one.
    until = Infinity;
    counts = counting;
    return counting;
  };
}
