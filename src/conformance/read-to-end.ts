import type { ConnectedClient } from '../connector/connect.ts';
import type { ReadOptions } from '../connector/read-operation.ts';
import { recordKey } from '../connector/record-key.ts';
import type { CallArguments, Operation } from '../connector/request.ts';
import { IntegrationError, SourceError } from '../core/errors.ts';
import { type DataRecord, isRecord, type Json } from '../core/record.ts';
import { valueAt } from '../http/value-at.ts';

/** What a reading brought, judged as the engine does. */
export interface Reading {
  readonly rows: readonly DataRecord[];
  /** Last announced number. */
  readonly announced: number | undefined;
  /** What ended it; a reading that received less than announced has failed. */
  readonly error: IntegrationError | undefined;
}

/**
 * Reads an operation to its end, counting rows as the engine counts them: once for each key.
 *
 * @param keyOf What tells rows apart; their key unless given.
 */
export async function readToEnd(
  client: ConnectedClient,
  operation: Operation,
  args: CallArguments,
  options: Partial<ReadOptions>,
  signal: AbortSignal,
  keyOf: (row: DataRecord) => string = (row) => keyOrText(operation, row),
): Promise<Reading> {
  const rows: DataRecord[] = [];
  const seen = new Set<string>();
  let announced: number | undefined;
  try {
    for await (const page of client.read(operation, args, { ...options, received: () => seen.size }, signal)) {
      for (const row of page.rows) seen.add(keyOf(row));
      rows.push(...page.rows);
      // As the engine: a total of 0 on an empty page is no total.
      if (page.total !== undefined && !(page.rows.length === 0 && page.total === 0)) announced = page.total;
    }
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    return { rows, announced, error };
  }
  return { rows, announced, error: incomplete(announced, seen.size) };
}

function incomplete(announced: number | undefined, received: number): SourceError | undefined {
  if (announced === undefined || received >= announced) return undefined;
  return new SourceError('ERR_RUN_INCOMPLETE', `The source announced ${announced} records and sent ${received}`);
}

/** A row without a key is told by what it holds: that it lacks one is told elsewhere. */
function keyOrText({ entity }: Operation, row: DataRecord): string {
  try {
    return recordKey(row, entity) ?? JSON.stringify(row);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return JSON.stringify(row);
  }
}

/** Rows of a single answer: what stands where the operation says, a single object as one row. */
export function rowsOfCall({ manifest }: Operation, body: Json | undefined): DataRecord[] {
  const paths = typeof manifest.records === 'string' ? [manifest.records] : (manifest.records ?? ['']);
  const found = paths.map((path) => valueAt(body, path)).find((value) => value !== undefined);
  const items = (Array.isArray(found) ? found : found === undefined ? [] : [found]) as readonly Json[];
  return items.filter(isRecord);
}
