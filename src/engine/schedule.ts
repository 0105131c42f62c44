import { Cron } from 'croner';
import { parseDuration } from '../core/duration.ts';
import { ConfigError } from '../core/errors.ts';
import type { Schedule } from './kinds.ts';

const SHORTEST_MS = 1000;

/**
 * Refuses a schedule that can never be met.
 *
 * @throws ConfigError ERR_SCHEDULE
 */
export function checkSchedule(schedule: Schedule): void {
  const next = nextTick(schedule, Date.now());
  if (next === undefined) throw invalid('it never comes due');
}

/**
 * When a schedule is due next, epoch milliseconds.
 *
 * In the hour that a change to summer time leaves out, a cron schedule is due right after it; in the hour that comes
 * twice, once.
 *
 * @returns undefined when it is never due again.
 */
export function nextTick(schedule: Schedule, after: number): number | undefined {
  if ('every' in schedule) {
    const every = parseDuration(schedule.every);
    if (every < SHORTEST_MS) throw invalid(`"every" is ${schedule.every}, the shortest is 1s`);
    return after + every;
  }
  return nextCron(schedule.cron, schedule.timezone ?? 'UTC', after);
}

/** The library refuses a wrong pattern when it is read and a wrong time zone only when it is used. */
function nextCron(pattern: string, timezone: string, after: number): number | undefined {
  try {
    return new Cron(pattern, { timezone, paused: true }).nextRun(new Date(after))?.getTime();
  } catch (error) {
    throw invalid(`"${pattern}" in "${timezone}": ${(error as Error).message}`);
  }
}

function invalid(reason: string): ConfigError {
  return new ConfigError('ERR_SCHEDULE', `The schedule is not valid: ${reason}`);
}
