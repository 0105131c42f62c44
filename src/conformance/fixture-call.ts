import { placeholders } from '../connector/link/manifests.ts';
import type { CallArguments, Operation } from '../connector/request.ts';
import { type DataRecord, isRecord, type Json } from '../core/record.ts';
import type { Query } from '../http/types.ts';
import type { OperationFixture } from './fixtures.ts';
import { pathValues } from './path-values.ts';
import { isWrite } from './send-records.ts';

/** What a user would give for the call that a fixture describes. */
export interface FixtureCall {
  readonly args: CallArguments;
  /** Records that are written; undefined where there are none. */
  readonly records: readonly DataRecord[] | undefined;
}

/** The call of a fixture. A short one does not say what a user gives: it is taken from its only request. */
export function callOf(operation: Operation, fixture: OperationFixture): FixtureCall {
  const { call, isShort, exchanges } = fixture;
  const request = exchanges[0]?.request;
  const path = { ...pathOf(operation, request?.path), ...(call.path as Query | undefined) };
  const query = (call.query ?? (isShort ? declaredQuery(operation, request?.query as Query | undefined) : {})) as Query;
  const records = recordsOf(operation, fixture);
  const body = (call.body ?? (isShort && !records ? request?.body : undefined)) as Json | undefined;
  return { args: { path, query, ...(body !== undefined && { body }) }, records };
}

/** Path parameters that the request shows, where no parent fills them in. */
function pathOf({ manifest }: Operation, path: string | undefined): Query {
  const filled = Object.keys(manifest.forEach?.path ?? {});
  const needed = placeholders(manifest.path).filter((name) => !filled.includes(name));
  const found = path === undefined ? undefined : pathValues(manifest.path, path);
  return Object.fromEntries(needed.flatMap((name) => (found?.[name] === undefined ? [] : [[name, found[name]]])));
}

function declaredQuery({ manifest }: Operation, query: Query = {}): Query {
  const declared = Object.keys(manifest.queryParameters ?? {});
  return Object.fromEntries(Object.entries(query).filter(([name]) => declared.includes(name)));
}

function recordsOf(operation: Operation, fixture: OperationFixture): readonly DataRecord[] | undefined {
  const { records, isShort, exchanges } = fixture;
  if (!writesRecords(operation, fixture)) return undefined;
  // A delete sends nothing but its address, whatever the record.
  if (operation.manifest.method === 'DELETE') return [{ ...records?.[0] } as DataRecord];
  if (records) return records as readonly DataRecord[];
  const { item, envelope } = operation.manifest.body ?? {};
  const body = exchanges[0]?.request.body as Json | undefined;
  if (!isShort || item !== undefined || envelope !== undefined || body === undefined) return undefined;
  const items = (Array.isArray(body) ? body : [body]) as readonly Json[];
  return items.every(isRecord) ? items : undefined;
}

/** Whether the records of a fixture are written: a named call may be one that takes records. */
export function writesRecords(operation: Operation, { records }: Pick<OperationFixture, 'records'>): boolean {
  if (isWrite(operation)) return true;
  const { method, records: rowsAt, paginator } = operation.manifest;
  return records !== undefined && method !== 'GET' && rowsAt === undefined && paginator === undefined;
}
