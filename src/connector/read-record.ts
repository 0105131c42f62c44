import { type DataRecord, isRecord, type Json } from '../core/record.ts';
import type { ConnectedClient } from './connect.ts';
import type { CallArguments, Operation } from './request.ts';

/**
 * Reads the one record that an operation such as "get" answers; undefined where the answer holds none.
 *
 * @throws IntegrationError
 */
export async function readRecord(
  client: Pick<ConnectedClient, 'call' | 'read'>,
  operation: Operation,
  args: CallArguments,
  signal: AbortSignal,
): Promise<DataRecord | undefined> {
  const { records, shape } = operation.manifest;
  // Where the connector says nothing of rows, the answer itself is the record.
  if (records === undefined && shape === undefined) {
    const { body } = await client.call(operation, args, signal);
    const found = Array.isArray(body) ? (body as readonly Json[])[0] : body;
    return isRecord(found) ? found : undefined;
  }
  for await (const { rows } of client.read(operation, args, { received: () => 0, maxPages: 1 }, signal)) return rows[0];
  return undefined;
}
