import { compileCondition } from '../core/conditions.ts';
import { HttpStatusError, SkippedError } from '../core/errors.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { valueAt } from '../http/value-at.ts';
import { fieldOf } from './delta-window.ts';
import type { DetailManifest } from './manifest-schema.ts';
import type { Reader } from './read-operation.ts';
import type { CallArguments } from './request.ts';

/** Calls of one page that are under way at the same time; the client's own concurrency may be lower. */
const AT_ONCE = 8;

/** Kept answers of further calls. Implemented by the store. */
export interface DetailCache {
  read(
    client: string,
    operation: string,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly version: string; readonly body: string }>>;
  write(
    client: string,
    operation: string,
    entries: readonly { readonly key: string; readonly version: string; readonly body: string }[],
  ): Promise<void>;
}

/** Keeps nothing: for single commands and tests. */
export const NO_DETAIL_CACHE: DetailCache = {
  read: () => Promise.resolve(new Map()),
  write: () => Promise.resolve(),
};

/** Adds what further calls know to the rows of a page, in the order in which the manifest names the calls. */
export async function addDetails(
  reader: Reader,
  details: readonly DetailManifest[],
  rows: readonly DataRecord[],
  signal: AbortSignal,
): Promise<DataRecord[]> {
  let current = [...rows];
  for (const detail of details) current = await addDetail(reader, detail, current, signal);
  return current;
}

async function addDetail(
  reader: Reader,
  detail: DetailManifest,
  rows: readonly DataRecord[],
  signal: AbortSignal,
): Promise<DataRecord[]> {
  const when = detail.when === undefined ? undefined : compileCondition(detail.when, 'details.when');
  const asked = rows.filter((row) => when?.(row) ?? true);
  const answers = detail.batch
    ? await askInBatches(reader, detail, detail.batch, asked, signal)
    : await askEach(reader, detail, asked, signal);
  return rows.map((row) => join(row, answers.get(row), detail.into));
}

/**
 * What the row says stays: it is newer than a kept answer. Only what it leaves empty is filled.
 *
 * @param answer undefined where nothing was asked or told; what another call put into the same field stays then.
 */
function join(row: DataRecord, answer: Json | undefined, into: string | undefined): DataRecord {
  if (into !== undefined) return { ...row, [into]: answer ?? fieldIn(row, into) };
  if (answer === undefined) return row;
  if (!isRecord(answer)) return row;
  const own = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return { ...row, ...answer, ...own };
}

function fieldIn(row: DataRecord, name: string): Json {
  return (Object.hasOwn(row, name) ? row[name] : null) ?? null;
}

type Answers = Map<DataRecord, Json>;

async function askEach(
  reader: Reader,
  detail: DetailManifest,
  rows: readonly DataRecord[],
  signal: AbortSignal,
): Promise<Answers> {
  const template = compileTemplate({ path: detail.path ?? {}, query: detail.query ?? {} });
  const { config } = reader.base;
  const calls = rows.map((row) => {
    const args = template.evaluate({ record: row, config }) as CallArguments;
    const version = detail.cacheBy === undefined ? '' : plainText(fieldOf(row, detail.cacheBy));
    return { row, args, key: JSON.stringify(args), version };
  });
  const kept =
    detail.cacheBy === undefined || calls.length === 0
      ? new Map<string, { version: string; body: string }>()
      : await reader.details.read(
          reader.client,
          detail.operation,
          calls.map(({ key }) => key),
        );
  const answers: Answers = new Map();
  const open = calls.filter(({ row, key, version }) => {
    const known = kept.get(key);
    // Without a version nothing tells that the kept answer is still true.
    if (version === '' || known?.version !== version) return true;
    answers.set(row, JSON.parse(known.body) as Json);
    return false;
  });
  await inParallel(open, async ({ row, args }) => {
    answers.set(row, await ask(reader, detail, args, signal));
  });
  const entries = open.map(({ row, key, version }) => ({
    key,
    version,
    body: JSON.stringify(answers.get(row) ?? null),
  }));
  if (detail.cacheBy !== undefined) {
    await reader.details.write(
      reader.client,
      detail.operation,
      entries.filter(({ version }) => version !== ''),
    );
  }
  return answers;
}

async function askInBatches(
  reader: Reader,
  detail: DetailManifest,
  batch: NonNullable<DetailManifest['batch']>,
  rows: readonly DataRecord[],
  signal: AbortSignal,
): Promise<Answers> {
  const byKey = new Map(rows.map((row) => [plainText(fieldOf(row, batch.key)), row]));
  byKey.delete('');
  const keys = [...byKey.keys()];
  const parts = Array.from({ length: Math.ceil(keys.length / batch.size) }, (_, index) =>
    keys.slice(index * batch.size, (index + 1) * batch.size),
  );
  const query = compileTemplate(detail.query ?? {}).evaluate({ config: reader.base.config }) as DataRecord;
  const answers: Answers = new Map();
  await inParallel(parts, async (part) => {
    const answer = await ask(reader, detail, { query: { ...query, [batch.parameter]: part } }, signal);
    const found = valueAt(answer, batch.records);
    for (const each of Array.isArray(found) ? (found as readonly Json[]) : []) {
      const row = isRecord(each) ? byKey.get(plainText(fieldOf(each, batch.recordKey))) : undefined;
      if (row) answers.set(row, each);
    }
  });
  return answers;
}

/** One further call; null where the system says that there is nothing. */
async function ask(reader: Reader, detail: DetailManifest, args: CallArguments, signal: AbortSignal): Promise<Json> {
  const compiled = reader.compile(reader.operation(detail.operation));
  try {
    const answer = await reader.http.send(
      compiled.request(reader.base, args),
      signal,
      reader.onExchange && { onExchange: reader.onExchange },
    );
    return valueAt(answer.body, detail.pick) ?? null;
  } catch (error) {
    if (isSkipped(error, detail.skipOn)) return null;
    throw error;
  }
}

/** Whether an error means: there is nothing here, and that is no failure. */
export function isSkipped(error: unknown, statuses: readonly number[]): boolean {
  return error instanceof SkippedError || (error instanceof HttpStatusError && statuses.includes(error.status));
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const run = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, run));
}
