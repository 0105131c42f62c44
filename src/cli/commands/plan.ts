import { ConfigError } from '../../core/errors.ts';
import type { Api } from '../api.ts';

/** A line of a plan as the API answers it. */
interface PlanLine {
  readonly key?: string;
  readonly action?: string;
  readonly targetId?: string;
  readonly matchedBy?: string;
  readonly changes?: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[];
  readonly code?: string;
  readonly reason?: string;
  readonly totals?: Readonly<Record<string, number>>;
  readonly isComplete?: boolean;
  readonly held?: { readonly code: string; readonly message: string };
  readonly error?: { readonly code: string; readonly message: string };
}

export interface PlanOptions {
  readonly full: boolean;
  readonly json: boolean;
  readonly limit?: string;
  /** The uploaded file that alone is looked at. */
  readonly file?: string;
}

const LONGEST_VALUE = 60;

/**
 * `sluice plan <route>`: prints what a run would do, line by line as it becomes known.
 *
 * @returns False when a record would fail, or deletions would be held back.
 */
export async function plan(
  api: Pick<Api, 'lines'>,
  route: string,
  options: PlanOptions,
  print: (line: string) => void,
): Promise<boolean> {
  const body = {
    ...(options.full && { mode: 'full' }),
    ...(options.file !== undefined && { file: options.file }),
    ...(options.limit !== undefined && { limit: readLimit(options.limit) }),
  };
  let end: PlanLine | undefined;
  for await (const value of api.lines('POST', `/routes/${encodeURIComponent(route)}/plan`, body)) {
    const line = value as PlanLine;
    if (line.error) throw new ConfigError(line.error.code, line.error.message);
    if (line.totals) end = line;
    if (options.json) print(JSON.stringify(line));
    else for (const text of line.totals ? describeEnd(line) : describe(line)) print(text);
  }
  if (!end)
    throw new ConfigError('ERR_PLAN_CUT_OFF', 'The plan broke off before its end; is Sluice still running? Try again');
  return (end.totals?.['fail'] ?? 0) === 0 && end.held === undefined;
}

function readLimit(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ConfigError('ERR_ARGUMENT', `--limit takes a number of records, not "${text}"`);
}

/** What a person reads of one record; what does not change is left to the totals. */
function describe({ key = '', action = '', targetId, matchedBy, changes, code, reason }: PlanLine): string[] {
  if (action === 'unchanged') return [];
  const target = targetId === undefined ? '' : ` → ${targetId}`;
  const by = matchedBy === undefined ? '' : ` (by ${matchedBy})`;
  const why = reason === undefined ? '' : `: ${reason}${code === undefined ? '' : ` [${code}]`}`;
  const fields = (changes ?? []).map(({ field, from, to }) => `    ${field}: ${shown(from)} → ${shown(to)}`);
  const none = changes?.length === 0 ? ['    nothing changes, but it is sent (see skipUnchanged)'] : [];
  return [`${action.padEnd(7)} ${key}${target}${by}${why}`, ...fields, ...none];
}

function describeEnd({ totals = {}, isComplete, held }: PlanLine): string[] {
  const counts = Object.entries(totals).map(([action, count]) => `${count} ${action}`);
  return [
    `Plan: ${counts.join(', ')}`,
    ...(held ? [`${held.code}: ${held.message}`] : []),
    ...(isComplete === false ? ['The source has more records; deletions are planned only for all of them'] : []),
  ];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
