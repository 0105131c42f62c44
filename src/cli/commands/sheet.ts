import path from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Api } from '../api.ts';
import type { Progress } from '../progress.ts';
import { plan } from './plan.ts';
import { describeRun, run } from './run.ts';

/** What `sluice sheet` is told. */
export interface SheetOptions {
  readonly client: string;
  readonly entity: string;
  readonly key?: string | undefined;
  readonly column: readonly string[];
  readonly name?: string | undefined;
  readonly create: boolean;
  readonly clearEmpty: boolean;
  /** Only tells what would be done. */
  readonly plan: boolean;
  readonly out?: string | undefined;
}

interface Inspected {
  readonly columns: readonly { readonly name: string; readonly field?: string }[];
  readonly key: string | null;
}

/**
 * `sluice sheet <file>`: updates records from a sheet, and brings it back with what became of each row.
 *
 * @returns False when a row failed.
 */
export async function updateFromSheet(
  api: Api,
  file: string,
  options: SheetOptions,
  { print, progress }: { readonly print: (line: string) => void; readonly progress: Progress },
): Promise<boolean> {
  const name = path.basename(file);
  const { client, entity } = options;
  const identifier = options.name ?? `sheet-${client}-${entity}`;
  const query = new URLSearchParams({ name, client, entity }).toString();
  const inspected = await api.upload<Inspected>(`/sheets/inspect?${query}`, file);
  if (inspected.columns.length === 0) throw new ConfigError('ERR_ARGUMENT', `${name} holds no rows below a header`);
  const columns = chosenColumns(inspected, options.column);
  const key = options.key ?? inspected.key;
  if (key === null) {
    throw new ConfigError('ERR_ARGUMENT', `No column of ${name} tells which record a row is about; say --key <field>`);
  }
  for (const [column, field] of Object.entries(columns)) print(`${column} → ${field}${field === key ? ' (key)' : ''}`);
  await api.request('POST', '/sheets', {
    ...{ identifier, client, entity, columns, key },
    action: options.create ? 'post' : 'update',
    empty: options.clearEmpty ? 'clear' : 'keep',
  });
  const files = `/incomings/${identifier}/files`;
  // What is only planned is held, so that no run of somebody else takes it.
  const upload = new URLSearchParams({ name, hold: String(options.plan) }).toString();
  const { id } = await api.upload<{ id: string }>(`${files}?${upload}`, file);
  if (options.plan) {
    try {
      return await plan(api, identifier, { full: true, json: false, file: id }, print);
    } finally {
      await api.request('DELETE', `${files}/${id}`);
    }
  }
  const report = await run(api, identifier, { wait: true, full: true }, progress);
  for (const line of describeRun(report)) print(line);
  const out = options.out ?? resultName(file);
  const format = new URLSearchParams({ format: formatOfResult(out) }).toString();
  await api.download(`${files}/${id}/result?${format}`, out);
  print(`What became of each row: ${out}`);
  return report.isGood;
}

/** The columns that people name; for the others what they seem to be. */
function chosenColumns({ columns }: Inspected, given: readonly string[]): Record<string, string> {
  const named = given.map((text): [string, string] => {
    const at = text.lastIndexOf('=');
    if (at < 1)
      throw new ConfigError('ERR_ARGUMENT', `--column ${text} must be <column>=<field>; no field leaves it out`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const unknown = named.find(([column]) => !columns.some((each) => each.name === column));
  if (unknown) {
    const known = columns.map((each) => each.name).join(', ');
    throw new ConfigError('ERR_ARGUMENT', `The sheet has no column "${unknown[0]}"; it has ${known}`);
  }
  const suggested = columns.flatMap((each): [string, string][] =>
    each.field === undefined ? [] : [[each.name, each.field]],
  );
  return Object.fromEntries(
    [...suggested, ...named].filter(([, field], index, all) => field !== '' && isLast(all, index)),
  );
}

function isLast(all: readonly (readonly [string, string])[], index: number): boolean {
  return !all.slice(index + 1).some(([column]) => column === all[index]?.[0]);
}

function resultName(file: string): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}-result${/^\.(xlsx|csv)$/i.test(ext) ? ext : '.csv'}`);
}

function formatOfResult(out: string): string {
  return /\.xlsx$/i.test(out) ? 'xlsx' : 'csv';
}
