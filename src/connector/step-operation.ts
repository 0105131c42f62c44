import { TransformError } from '../core/errors.ts';
import type { DataRecord, Json } from '../core/record.ts';
import type { StepOperation, StepRequest } from '../core/step-run.ts';
import type { ConnectedClient } from './connect.ts';
import { readRecord } from './read-record.ts';
import type { CallArguments, Operation } from './request.ts';

/** Most records that a step reads with one call, over all its pages. */
const MOST_RECORDS = 10_000;

/**
 * An operation of a client, for steps.
 *
 * @throws ConfigError ERR_ENTITY_UNKNOWN, ERR_OPERATION_UNKNOWN.
 */
export function stepOperation(client: ConnectedClient, entity: string, name: string): StepOperation {
  const operation = client.operation(entity, name);
  return {
    name: `${client.identifier}/${entity}.${name}`,
    isReading: operation.manifest.method === 'GET',
    call: (request, signal) => take(client, operation, request, signal),
  };
}

async function take(
  client: ConnectedClient,
  operation: Operation,
  { path, query, body, take: wanted }: StepRequest,
  signal: AbortSignal,
): Promise<Json | undefined> {
  const args: CallArguments = { path: path, query: query, ...(body !== undefined && { body }) };
  if (wanted === 'answer') return (await client.call(operation, args, signal)).body;
  if (wanted === 'record') return readRecord(client, operation, args, signal);
  const records: DataRecord[] = [];
  for await (const { rows } of client.read(operation, args, { received: () => records.length }, signal)) {
    records.push(...rows);
    if (records.length > MOST_RECORDS) throw tooMany();
  }
  return records;
}

function tooMany(): TransformError {
  return new TransformError(`The call of a step gives more than ${MOST_RECORDS} records; narrow it by its parameters`);
}
