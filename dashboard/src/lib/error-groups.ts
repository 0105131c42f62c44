import { api } from '../api.ts';
import type { Page, Task } from '../types.ts';

/** Failures with the same cause. */
export interface ErrorGroup {
  readonly id: string;
  readonly class: string;
  readonly code: string;
  readonly message: string;
  readonly count: number;
  readonly routes: readonly string[];
  readonly firstAt: string;
  readonly lastAt: string;
  readonly sample: Task;
}

/** Groups, and whether there are failures beyond those that were looked at. */
export interface ErrorInbox {
  readonly groups: readonly ErrorGroup[];
  readonly isCut: boolean;
}

const MOST = 500;

/**
 * Failed and waiting tasks by their cause, the latest first.
 *
 * The one place that knows where groups come from: a server that groups by itself is asked here instead.
 */
export async function loadErrorGroups(route: string | undefined, signal?: AbortSignal): Promise<ErrorInbox> {
  const query = new URLSearchParams({
    state: 'failed,waiting',
    limit: String(MOST),
    ...(route !== undefined && { route }),
  });
  const { items, nextCursor } = await api<Page<Task>>('GET', `/tasks?${query.toString()}`, undefined, signal);
  return { groups: group(items), isCut: nextCursor !== null };
}

function group(tasks: readonly Task[]): ErrorGroup[] {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    const cause = `${task.error?.code ?? ''} ${causeOf(task.error?.message ?? '')}`;
    groups.set(cause, [...(groups.get(cause) ?? []), task]);
  }
  return [...groups].flatMap(([cause, members]) => {
    const [sample] = members;
    if (!sample) return [];
    const times = members.map(({ updatedAt }) => updatedAt).sort();
    return {
      id: cause,
      class: sample.error?.class ?? 'unknown',
      code: sample.error?.code ?? 'unknown',
      message: sample.error?.message ?? 'No reason was kept',
      count: members.length,
      routes: [...new Set(members.map((task) => task.route))],
      firstAt: times[0] ?? sample.updatedAt,
      lastAt: times.at(-1) ?? sample.updatedAt,
      sample,
    };
  });
}

/** A message without what differs from record to record: numbers and quoted values. */
function causeOf(message: string): string {
  return message.replaceAll(/"[^"]*"|'[^']*'/g, '""').replaceAll(/\d+/g, '#');
}
