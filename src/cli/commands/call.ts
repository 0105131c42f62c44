import { readFileSync } from 'node:fs';
import { ConfigError } from '../../core/errors.ts';
import type { Api } from '../api.ts';

export interface CallArguments {
  readonly path: readonly string[];
  readonly query: readonly string[];
  readonly data?: string | undefined;
}

/** `sluice call <client> <entity>.<operation>`: makes one call and answers its body. */
export async function call(api: Api, client: string, target: string, args: CallArguments): Promise<unknown> {
  const [entity, operation, ...rest] = target.split('.');
  if (!entity || !operation || rest.length > 0) {
    throw new ConfigError('ERR_ARGUMENT', `"${target}" must be <entity>.<operation>, for example tickets.list`);
  }
  const answer = await api.request<{ body?: unknown }>('POST', `/clients/${encodeURIComponent(client)}/call`, {
    entity,
    operation,
    path: pairs(args.path, '--path'),
    query: pairs(args.query, '--query'),
    ...(args.data !== undefined && { body: readData(args.data) }),
  });
  return answer.body ?? null;
}

function pairs(values: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    values.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new ConfigError('ERR_ARGUMENT', `${option} ${text} must be <name>=<value>`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** JSON text, or `@file`. */
function readData(data: string): unknown {
  const text = data.startsWith('@') ? readText(data.slice(1)) : data;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ConfigError('ERR_JSON_SYNTAX', `--data is not valid JSON: ${(error as Error).message}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError('ERR_FILE_UNREADABLE', `${file} cannot be read: ${(error as Error).message}`);
  }
}
