import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError } from '../../core/errors.ts';
import type { Api } from '../api.ts';
import type { Progress } from '../progress.ts';

/** A run as the API answers it. */
interface RunAnswer {
  readonly id: string;
  readonly status: string;
  readonly announced: number | null;
  readonly received: number;
  readonly new: number;
  readonly unchanged: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly tasks?: Readonly<Record<string, number>>;
}

export interface RunReport {
  readonly run: Omit<RunAnswer, 'tasks'>;
  readonly tasks: Readonly<Record<string, number>>;
  /** True when the run succeeded and every task is finished or skipped. */
  readonly isGood: boolean;
}

const OPEN_STATES = ['new', 'processing', 'retrying'];
/** Tasks that nobody takes for so long belong to a disabled route, or there is no worker. */
const NOT_MOVING_MS = 60_000;
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 1000;

/** `sluice run <incoming>`: starts a run and, with `wait`, follows it until its tasks are all at rest. */
export async function run(
  api: Api,
  incoming: string,
  options: { readonly wait: boolean; readonly full: boolean },
  progress: Progress,
): Promise<RunReport> {
  const started = await api.request<RunAnswer>('POST', `/incomings/${encodeURIComponent(incoming)}/runs`, {
    ...(options.full && { mode: 'full' }),
  });
  if (!options.wait) return report(started);
  let stillSince = Date.now();
  let lastCounts = '';
  for (let delay = FIRST_LOOK_MS; ; delay = Math.min(delay * 1.5, LONGEST_LOOK_MS)) {
    const now = await api.request<RunAnswer>('GET', `/runs/${started.id}`);
    progress.show(line(now));
    if (now.status !== 'running' && open(now) === 0) {
      progress.end();
      return report(now);
    }
    const counts = JSON.stringify([now.received, now.tasks]);
    if (counts !== lastCounts || !isParked(now)) stillSince = Date.now();
    lastCounts = counts;
    if (Date.now() - stillSince > NOT_MOVING_MS) {
      progress.end();
      throw notMoving(now);
    }
    await wait(delay);
  }
}

/** What a person sees of a report. */
export function describeRun({ run: each, tasks }: RunReport): string[] {
  const counts = Object.entries(tasks).filter(([, count]) => count > 0);
  return [
    `Run ${each.id} ${each.status}: ${each.announced ?? 'unknown'} announced, ${each.received} received, ${each.new} new, ${each.unchanged} unchanged`,
    `Tasks: ${counts.length === 0 ? 'none' : counts.map(([state, count]) => `${count} ${state}`).join(', ')}`,
    ...(each.error ? [`${each.error.code}: ${each.error.message}`] : []),
  ];
}

function report({ tasks = {}, ...each }: RunAnswer): RunReport {
  const isAtRest = (tasks['failed'] ?? 0) === 0 && (tasks['waiting'] ?? 0) === 0;
  return { run: each, tasks, isGood: each.status !== 'failed' && each.status !== 'cancelled' && isAtRest };
}

/** Over, but with tasks that nobody has begun. */
function isParked({ status, tasks = {} }: RunAnswer): boolean {
  return status !== 'running' && (tasks['processing'] ?? 0) + (tasks['retrying'] ?? 0) === 0;
}

function notMoving(each: RunAnswer): ConfigError {
  return new ConfigError(
    'ERR_NOT_PUBLISHED',
    `Run ${each.id} is over, but ${open(each)} tasks are not being published: is their route or outgoing disabled, or no worker running? They are kept`,
  );
}

function open({ tasks = {} }: RunAnswer): number {
  return OPEN_STATES.reduce((sum, state) => sum + (tasks[state] ?? 0), 0);
}

function line(each: RunAnswer): string {
  const { finished = 0, failed = 0 } = each.tasks ?? {};
  const of = each.announced === null ? '' : ` of ${each.announced}`;
  return `${each.status}: read ${each.received}${of}, published ${finished}, failed ${failed}, open ${open(each)}`;
}
