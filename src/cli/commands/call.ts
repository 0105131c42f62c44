import { readFileSync } from 'node:fs';
import { ConfigError } from '../../core/errors.ts';
import type { Api } from '../api.ts';
import { explainExchanges, explainPages, type ShownExchange, type ShownPage } from '../explain.ts';

export interface CallArguments {
  readonly path: readonly string[];
  readonly query: readonly string[];
  readonly data?: string | undefined;
  /** Tell every request, which rule decided about its answer, and why each page was followed by another or not. */
  readonly explain?: boolean;
  /** Reads rows, so many pages at most, instead of making one call. */
  readonly pages?: string | undefined;
  readonly since?: string | undefined;
}

/** What a command prints: the answer as JSON, and lines that explain it, for people alone. */
export interface CallOutput {
  readonly answer: unknown;
  readonly explanation: readonly string[];
}

interface CallAnswer {
  readonly body?: unknown;
  readonly exchanges?: readonly ShownExchange[];
}

interface ReadAnswer {
  readonly rows: readonly unknown[];
  readonly pages: readonly ShownPage[];
  readonly exchanges: readonly ShownExchange[];
  readonly isComplete: boolean;
}

/** `sluice call <client> <entity>.<operation>`: makes one call, or reads pages of a list, and answers what came. */
export async function call(api: Api, client: string, target: string, args: CallArguments): Promise<CallOutput> {
  const [entity, operation, ...rest] = target.split('.');
  if (!entity || !operation || rest.length > 0) {
    throw new ConfigError('ERR_ARGUMENT', `"${target}" must be <entity>.<operation>, for example tickets.list`);
  }
  const request = {
    entity,
    operation,
    path: pairs(args.path, '--path'),
    query: pairs(args.query, '--query'),
    ...(args.data !== undefined && { body: readData(args.data) }),
  };
  const at = `/clients/${encodeURIComponent(client)}`;
  if (args.pages === undefined && args.since === undefined) {
    const answer = await api.request<CallAnswer>('POST', `${at}/call`, request);
    const explanation = args.explain === true ? explainExchanges(answer.exchanges ?? []) : [];
    return { answer: answer.body ?? null, explanation };
  }
  const since = args.since === undefined ? {} : { since: args.since };
  const pages = pageCount(args.pages ?? '1');
  const answer = await api.request<ReadAnswer>('POST', `${at}/read`, { ...request, ...since, pages });
  const explanation = args.explain === true ? [...explainExchanges(answer.exchanges), ...explainPages(answer)] : [];
  return { answer: answer.rows, explanation };
}

function pageCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new ConfigError('ERR_ARGUMENT', `--pages ${text} must be a number from 1 to 100`);
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
