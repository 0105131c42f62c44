import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { readJsonFile } from '../../connector/load.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Api } from '../api.ts';

interface Change {
  readonly action: string;
  readonly kind: string;
  readonly identifier: string;
  readonly note?: string;
}

export interface SubmittedFile {
  readonly source: string;
  readonly document: unknown;
}

interface ApplyOptions {
  readonly dryRun: boolean;
  readonly skipTests?: boolean;
  readonly reason?: string;
}

/** `sluice apply`: creates or updates documents, all or nothing. */
export async function apply(
  api: Api,
  documents: readonly SubmittedFile[],
  { dryRun, skipTests = false, reason }: ApplyOptions,
): Promise<string[]> {
  const { changes } = await api.request<{ changes: Change[] }>('POST', '/documents/apply', {
    documents,
    dryRun,
    skipTests,
    ...(reason !== undefined && { reason }),
  });
  const lines = changes.flatMap(({ action, kind, identifier, note }) => [
    `${action.padEnd(9)} ${kind} ${identifier}`,
    ...(note === undefined ? [] : [`          ${note}`]),
  ]);
  const changed = changes.filter(({ action }) => action !== 'unchanged').length;
  return [...lines, dryRun ? `${changed} would change; nothing was written` : `${changed} changed`];
}

/**
 * Reads the documents of a file or of all .json files below a folder. A file holds one document or a list of them.
 *
 * @throws ConfigError that names the file; ERR_NO_DOCUMENTS when there is none.
 */
export function readDocuments(target: string): SubmittedFile[] {
  const documents = listFiles(target).flatMap((file): SubmittedFile[] => {
    const content = readJsonFile(file);
    return Array.isArray(content)
      ? content.map((document: unknown, index) => ({ source: `${file}[${index}]`, document }))
      : [{ source: file, document: content }];
  });
  if (documents.length === 0) throw new ConfigError('ERR_NO_DOCUMENTS', `${target} holds no .json documents`);
  return documents;
}

function listFiles(target: string): string[] {
  const info = statSync(target, { throwIfNoEntry: false });
  if (!info) throw new ConfigError('ERR_FILE_UNREADABLE', `${target} does not exist`);
  if (!info.isDirectory()) return [target];
  return readdirSync(target, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const file = path.join(target, entry.name);
      if (entry.isDirectory()) return listFiles(file);
      return entry.name.endsWith('.json') ? [file] : [];
    });
}
