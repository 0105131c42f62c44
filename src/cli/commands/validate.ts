import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadConnector, loadConnectors } from '../../connector/load.ts';
import { ConfigError } from '../../core/errors.ts';
import { readSettings } from '../../server/settings.ts';
import { checkDocuments } from '../../server/check-documents.ts';
import { readDocuments } from './apply.ts';

/**
 * `sluice validate <path>`: checks a connector, a folder of connectors, or configuration documents, without network
 * and database.
 *
 * @throws ConfigError with every problem.
 */
export async function validate(target: string): Promise<string[]> {
  if (!existsSync(target)) throw new ConfigError('ERR_FILE_UNREADABLE', `${target} does not exist`);
  const folder = path.resolve(target);
  if (existsSync(path.join(folder, 'connector.json'))) return [describe(loadConnector(folder))];
  const connectors = safeList(folder);
  if (connectors.length > 0) return connectors.map(describe);
  const documents = readDocuments(target);
  await checkDocuments(documents, readSettings(process.env));
  return [`${documents.length} documents are valid`];
}

function safeList(folder: string): ReturnType<typeof loadConnector>[] {
  try {
    return [...loadConnectors(folder).values()];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
    throw error;
  }
}

function describe({ name, entities }: ReturnType<typeof loadConnector>): string {
  const operations = [...entities.values()].reduce((sum, each) => sum + Object.keys(each.operations).length, 0);
  return `connector ${name} is valid: ${entities.size} entities, ${operations} operations`;
}
