import { writeFileSync } from 'node:fs';
import { ConfigError } from '../../core/errors.ts';
import type { Api } from '../api.ts';
import { type ActionsDocument, generateClient } from '../client-types/generate.ts';

/** What `sluice client-types` is told. */
export interface ClientTypesOptions {
  readonly out: string;
  /** Names of entities with commas between. */
  readonly entities?: string | undefined;
}

/** `sluice client-types <client>`: writes a TypeScript client for the actions of a client. */
export async function writeClientTypes(
  api: Api,
  client: string,
  { out, entities }: ClientTypesOptions,
): Promise<string[]> {
  const query = entities === undefined ? '' : `?entities=${encodeURIComponent(entities)}`;
  const document = await api.request<ActionsDocument>(
    'GET',
    `/clients/${encodeURIComponent(client)}/actions/openapi.json${query}`,
  );
  try {
    writeFileSync(out, generateClient(document));
  } catch (error) {
    throw new ConfigError('ERR_FILE_UNWRITABLE', `The file ${out} cannot be written: ${(error as Error).message}`);
  }
  return [`${out}: ${Object.keys(document.paths).length} actions of "${client}"`];
}
