import type { DataRecord } from '../../core/record.ts';
import type { NamedFile } from '../../files/read-rows.ts';
import { readRows } from '../../files/read-rows.ts';
import type { ReadingOptions } from '../../files/options.ts';
import type { RowTask } from '../../store/task-reads.ts';
import { readStored } from '../json-text.ts';

/** Columns that are added; those of the same name in the sheet give way, so that it can be sent again. */
const RESULT_COLUMNS = ['Result', 'Record id', 'Error'] as const;

/** Rows whose tasks are looked up at a time. */
const BATCH = 1000;

/** What a result sheet is made of. */
export interface ResultSource {
  readonly file: NamedFile & { readonly hash: string };
  readonly reading: ReadingOptions;
  /** The newest task of each key. */
  readonly tasksOf: (keys: readonly string[]) => Promise<ReadonlyMap<string, RowTask>>;
}

/** A sheet as it comes back: its columns, and rows a batch at a time. */
export interface ResultSheet {
  readonly columns: readonly string[];
  readonly batches: AsyncIterable<readonly DataRecord[]>;
}

/** Reads a sheet again, and puts beside each row what became of it. */
export async function resultSheet(source: ResultSource): Promise<ResultSheet> {
  const own = await headerOf(source);
  return { columns: [...own, ...RESULT_COLUMNS], batches: resultRows(source) };
}

async function headerOf({ file, reading }: ResultSource): Promise<string[]> {
  const added: readonly string[] = RESULT_COLUMNS;
  for await (const { rows } of readRows(file, reading, { size: 1 })) {
    return Object.keys(rows[0]?.record ?? {}).filter((name) => !added.includes(name));
  }
  return [];
}

async function* resultRows({ file, reading, tasksOf }: ResultSource): AsyncGenerator<readonly DataRecord[]> {
  for await (const { rows } of readRows(file, reading, { size: BATCH })) {
    // As the subscriber "file" names records by their row.
    const keys = rows.map(({ row }) => `${file.hash.slice(0, 16)}/${row}`);
    const tasks = await tasksOf(keys);
    yield rows.map(({ record }, index) => ({ ...record, ...resultOf(tasks.get(keys[index] ?? '')) }));
  }
}

function resultOf(task: RowTask | undefined): DataRecord {
  if (!task) return { Result: 'not run', 'Record id': '', Error: '' };
  const { code = '', message = '' } = (task.error === null ? {} : readStored(task.error)) as {
    readonly code?: string;
    readonly message?: string;
  };
  const isDone = task.state === 'finished';
  return {
    Result: isDone ? (code === 'UNCHANGED' ? 'unchanged' : 'done') : (WORDS[task.state] ?? task.state),
    'Record id': task.targetId ?? '',
    Error: isDone || message === '' ? '' : `${message} [${code}]`,
  };
}

const WORDS: Readonly<Record<string, string>> = {
  new: 'open',
  processing: 'open',
  retrying: 'open',
  waiting: 'waits for a decision',
};
