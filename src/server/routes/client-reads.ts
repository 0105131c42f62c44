import type { JSONSchema } from 'json-schema-to-ts';
import type { ConnectedClient } from '../../connector/connect.ts';
import type { OptionsManifest } from '../../connector/manifest/parameter.ts';
import { readOptions } from '../../connector/option-list.ts';
import type { Operation } from '../../connector/request.ts';
import { didYouMean } from '../../core/nearest.ts';
import { readIsoDate } from '../../core/iso-date.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import type { PageStep } from '../../http/read-pages.ts';
import type { Exchange, Query } from '../../http/types.ts';
import type { Api } from '../api.ts';
import { closingSignal, goneSignal, redactStrings, shownExchanges } from '../calling.ts';
import { requireClient } from '../find-client.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { notFound, requestInvalid } from '../request-error.ts';

/** Rows of an answer, however many pages they take. */
const MAX_ROWS = 10_000;
const OPTIONS_KEPT_MS = 60_000;
const MAX_KEPT = 500;

const VALUES = { type: 'object', default: {}, additionalProperties: true, description: 'Values by name.' } as const;

const READ_BODY = {
  type: 'object',
  properties: {
    entity: { type: 'string', minLength: 1 },
    operation: { type: 'string', minLength: 1, default: 'list' },
    path: VALUES,
    query: VALUES,
    body: { description: 'Any JSON, for reads by POST.' },
    since: { type: 'string', description: 'Only what changed since then, as an ISO date and time.' },
    pages: { type: 'integer', minimum: 1, maximum: 100, default: 1, description: 'Most pages that are read.' },
  },
  required: ['entity'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const OPTIONS_BODY = {
  type: 'object',
  properties: {
    parameter: { type: 'string', minLength: 1, description: 'Parameter whose values are asked for.' },
    entity: {
      type: 'string',
      description: 'Entity of the operation it belongs to; without one it is of the form of the client.',
    },
    operation: { type: 'string', description: 'The operation it belongs to.' },
    values: { ...VALUES, description: 'What is chosen so far, for lists that depend on another choice.' },
    search: { type: 'string', maxLength: 200, description: 'What a person typed.' },
  },
  required: ['parameter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Reads through a client: pages of rows with the reason of each decision, and values to choose from. */
export function clientReadRoutes(api: Api, platform: Platform): void {
  const closing = closingSignal(api);
  const optionLists = createKept<{ items: object[]; isCut: boolean }>();

  api.post(
    '/clients/:id/read',
    {
      config: { permission: 'clients:call' },
      schema: {
        tags: ['clients'],
        summary: 'Reads rows of a list, and tells every call and why each page was followed by another or not',
        params: IDENTIFIER_PARAMS,
        body: READ_BODY,
      },
    },
    async ({ params: { id }, body }, reply) => {
      const client = await requireClient(platform, id);
      return readRows(client, body, goneSignal(reply, closing));
    },
  );

  api.post(
    '/clients/:id/options',
    {
      config: { permission: 'clients:test' },
      schema: {
        tags: ['clients'],
        summary: 'Lists the values that a parameter can have, as the system tells them',
        params: IDENTIFIER_PARAMS,
        body: OPTIONS_BODY,
      },
    },
    async ({ params: { id }, body }, reply) => {
      const client = await requireClient(platform, id);
      const { parameter, entity, operation = 'list', values, search } = body;
      const options = optionsOf(
        client,
        parameter,
        entity === undefined ? undefined : client.operation(entity, operation),
      );
      const key = JSON.stringify([id, (await platform.configuration.current()).revision, options, values, search]);
      const { items, isCut } = await optionLists(key, () =>
        readOptions(client, options, { values: values as DataRecord, search }, goneSignal(reply, closing)),
      );
      return { items, isCut, nextCursor: null };
    },
  );
}

interface ReadRequest {
  readonly entity: string;
  readonly operation: string;
  readonly path: unknown;
  readonly query: unknown;
  readonly body?: unknown;
  readonly since?: string;
  readonly pages: number;
}

async function readRows(client: ConnectedClient, request: ReadRequest, signal: AbortSignal): Promise<object> {
  const operation = client.operation(request.entity, request.operation);
  const exchanges: Exchange[] = [];
  const steps: PageStep[] = [];
  const rows: DataRecord[] = [];
  let state: Json | undefined;
  const { path, query, body } = request;
  // Values come from parsed JSON, so they are JSON.
  const args = { path: path as Query, query: query as Query, ...(body !== undefined && { body: body as Json }) };
  const options = {
    received: () => rows.length,
    since: request.since === undefined ? undefined : instantOf(request.since),
    onExchange: (exchange: Exchange) => void exchanges.push(exchange),
  };
  let isComplete = true;
  for await (const page of client.read(operation, args, options, signal)) {
    rows.push(...page.rows);
    state = page.state ?? state;
    const { position, total, next, stop } = page;
    steps.push({ position, rows: page.rows.length, received: rows.length, total, next, stop });
    if (steps.length < request.pages && rows.length < MAX_ROWS) continue;
    // The end of one parent's list is not the end of the reading.
    isComplete = stop !== undefined && operation.manifest.forEach === undefined;
    break;
  }
  // An address of a next page may repeat the key that the call was made with.
  const shown = (value: unknown): Json => redactStrings(value as Json, (text) => client.inside.http.redact(text));
  return {
    rows: shown(rows.slice(0, MAX_ROWS)),
    pages: shown(steps),
    isComplete,
    exchanges: shownExchanges(exchanges),
    ...(state !== undefined && { state: shown(state) }),
  };
}

/** @throws RequestError ERR_REQUEST_INVALID */
function instantOf(since: string): number {
  const instant = readIsoDate(since);
  if (instant !== undefined) return instant;
  throw requestInvalid([{ path: 'body.since', message: `"${since}" is no date such as 2026-11-01T08:00:00Z` }]);
}

/** Where the connector says that values of a parameter are listed. */
function optionsOf(client: ConnectedClient, parameter: string, operation: Operation | undefined): OptionsManifest {
  const known = operation
    ? { ...operation.manifest.pathParameters, ...operation.manifest.queryParameters }
    : client.connector.manifest.parameters;
  const found = Object.hasOwn(known, parameter) ? known[parameter] : undefined;
  if (!found) throw notFound(`There is no parameter "${parameter}"${didYouMean(parameter, Object.keys(known))}`);
  if (!found.options) throw notFound(`The connector names no list of values for "${parameter}"; type the value`);
  return found.options;
}

/** Keeps answers for a minute: a form asks for the same list again and again. */
function createKept<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { readonly until: number; readonly value: T }>();
  return async (key, read) => {
    const known = kept.get(key);
    if (known && known.until > Date.now()) return known.value;
    const value = await read();
    kept.set(key, { until: Date.now() + OPTIONS_KEPT_MS, value });
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}
