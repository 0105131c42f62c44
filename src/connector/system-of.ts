import { createHash } from 'node:crypto';
import { type DataRecord, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import type { ConnectorManifest } from './manifest-schema.ts';

/**
 * Short name of the system behind a client: another address, or another account at one address, gives another one.
 *
 * What was learnt of one system (ids of records, what matches what) says nothing of another. How somebody signs in is
 * left out: a new application in the same system changes nothing of what is known.
 */
export function systemOf({ name, system, baseUrl }: ConnectorManifest, config: DataRecord): string {
  const at = plainText(compileTemplate(system ?? baseUrl, { onMissing: 'omit' }).evaluate({ config }));
  const plain = at.trim().toLowerCase().replace(/\/+$/, '');
  return createHash('sha256').update(`${name} ${plain}`).digest('hex').slice(0, 10);
}
