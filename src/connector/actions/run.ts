import type { OptionsSchema } from '../../core/component.ts';
import { ConfigError } from '../../core/errors.ts';
import { readIsoDate } from '../../core/iso-date.ts';
import { type DataRecord, isRecord, type Json } from '../../core/record.ts';
import { checkSchema, throwProblems } from '../../core/validation.ts';
import type { ConnectedClient } from '../connect.ts';
import { answersOf } from '../publishing/answers.ts';
import { readRecord } from '../read-record.ts';
import type { CallArguments, Operation } from '../request.ts';
import type { Action } from './action.ts';
import { inputsOf } from './inputs.ts';
import { inputSchema } from './schemas.ts';

type Values = Record<string, Json | undefined>;

/** An input that was checked, sorted into what a call takes. */
interface Sorted {
  readonly path: Values;
  readonly query: Values;
  readonly control: {
    readonly limit?: number;
    readonly fields?: readonly string[];
    readonly since?: string;
    readonly body?: Json;
    readonly record?: DataRecord;
    readonly records?: readonly DataRecord[];
  };
}

/**
 * Makes the call of an action.
 *
 * @param input Values by name, see {@link inputsOf}.
 * @returns As {@link outputSchema} describes it.
 * @throws ConfigError ERR_INVALID for input that is not as described; nothing is sent then. Else what calls throw.
 */
export async function runAction(
  client: ConnectedClient,
  action: Action,
  input: unknown,
  signal: AbortSignal,
): Promise<DataRecord> {
  const { path, query, control } = sortInput(action, input);
  const args: CallArguments = { path, query, ...(control.body !== undefined && { body: control.body }) };
  switch (action.form) {
    case 'list':
      return readRows(client, action.operation, args, control, signal);
    case 'get': {
      const record = await readRecord(client, action.operation, args, signal);
      return { record: record ? pick(record, control.fields) : null };
    }
    case 'write':
      return write(client, action.operation, args, control.records ?? [control.record ?? {}], signal);
    case 'delete':
    case 'call': {
      const { body } = await client.call(action.operation, args, signal);
      return { answer: body ?? null };
    }
  }
}

const schemas = new WeakMap<object, OptionsSchema>();

/** Types of parameters are checked with the call, which also takes texts that read as numbers. */
function checkedSchema(action: Action): OptionsSchema {
  const { manifest } = action.operation;
  const known = schemas.get(manifest);
  if (known) return known;
  const { properties, ...rest } = inputSchema(action);
  const loose = inputsOf(action).flatMap(({ name, parameter }): [string, object][] => (parameter ? [[name, {}]] : []));
  const made = { ...rest, properties: { ...(properties as DataRecord), ...Object.fromEntries(loose) } };
  schemas.set(manifest, made as OptionsSchema);
  return made as OptionsSchema;
}

function sortInput(action: Action, input: unknown): Sorted {
  const { value, problems } = checkSchema(checkedSchema(action), input);
  throwProblems(`The input of "${action.name}"`, problems);
  const given = value as Values;
  const sorted = { path: {} as Values, query: {} as Values, control: {} as Values };
  for (const { name, place, target } of inputsOf(action)) {
    if (Object.hasOwn(given, name) && given[name] !== undefined) sorted[place][target] = given[name];
  }
  return sorted;
}

async function readRows(
  client: ConnectedClient,
  operation: Operation,
  args: CallArguments,
  { limit = 1, fields, since }: Sorted['control'],
  signal: AbortSignal,
): Promise<DataRecord> {
  const rows: DataRecord[] = [];
  let count: number | null = null;
  let isComplete = true;
  const options = { received: () => rows.length, since: since === undefined ? undefined : instantOf(since) };
  for await (const page of client.read(operation, args, options, signal)) {
    rows.push(...page.rows.slice(0, limit - rows.length));
    count ??= page.total ?? null;
    if (rows.length < limit) continue;
    isComplete = page.stop !== undefined && page.rows.length <= limit && operation.manifest.forEach === undefined;
    break;
  }
  // The number of one parent's rows says nothing of all of them.
  if (operation.manifest.forEach !== undefined) count = null;
  if (count !== null && count > rows.length) isComplete = false;
  return { count, isComplete, rows: rows.map((row) => pick(row, fields)) };
}

function pick(record: DataRecord, fields: readonly string[] | undefined): DataRecord {
  if (!fields) return record;
  return Object.fromEntries(
    fields.flatMap((name) => (Object.hasOwn(record, name) ? [[name, record[name] ?? null]] : [])),
  );
}

async function write(
  client: ConnectedClient,
  operation: Operation,
  args: CallArguments,
  records: readonly DataRecord[],
  signal: AbortSignal,
): Promise<DataRecord> {
  const id = idInPath(operation, args);
  const { idField } = operation.entity;
  const body = client.bodyOf(
    operation,
    records.map((record) => ({ record, id: id ?? (idField === undefined ? null : (record[idField] ?? null)) })),
  );
  const { body: answer } = await client.call(operation, { ...args, body }, signal);
  const answers = answersOf(operation, { match: [] }, records, isRecord(answer) || Array.isArray(answer) ? answer : {});
  return {
    results: answers.map((each) => ({
      id: each.id ?? (id === undefined ? null : String(id as string | number)),
      error: each.error?.message ?? null,
      record: each.row ?? null,
    })),
  };
}

function idInPath({ manifest }: Operation, { path = {} }: CallArguments): Json | undefined {
  const names = Object.keys(path);
  return path[manifest.idParameter ?? names.at(-1) ?? ''];
}

/** @throws ConfigError ERR_INVALID */
function instantOf(since: string): number {
  const instant = readIsoDate(since);
  if (instant !== undefined) return instant;
  throw new ConfigError('ERR_INVALID', `since: "${since}" is no date such as 2026-11-01T08:00:00Z`);
}
