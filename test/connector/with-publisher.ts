import type { OutgoingRecord, Publisher, RecordResult, SendContext } from '../../src/connector/publishing/types.ts';
import { compileChain } from '../../src/core/chain.ts';
import { bareRun } from '../../src/core/step-run.ts';
import type { DataRecord } from '../../src/core/record.ts';
import { parseWithSchema } from '../../src/core/validation.ts';
import connectorPublisher from '../../src/publisher/connector.ts';
import { transformers } from '../../src/transformers/index.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { connect, makeConnector, signal } from './with-connector.ts';

export const CREATE = { title: 'Creates a thing', method: 'POST', path: '/things' };
export const UPDATE = {
  title: 'Updates a thing',
  method: 'PATCH',
  path: '/things/{id}',
  pathParameters: { id: 'string' },
};

export interface Sent {
  readonly call: string;
  readonly body: unknown;
}

/**
 * Publishes records to a made-up system that answers each call with what `respond` says.
 *
 * @param matches Ids in the target by value of a match rule; null where the target was never looked through.
 * @returns Also what was asked for before calls, in order.
 */
export async function publish(
  entity: object,
  options: object,
  records: readonly DataRecord[],
  respond: (sent: Sent) => { status?: number; body?: unknown } = () => ({}),
  links: Readonly<Record<string, string>> = {},
  matches: Readonly<Record<string, readonly string[]>> | null = {},
): Promise<{ results: readonly RecordResult[]; sent: Sent[]; asked: string[] }> {
  const sent: Sent[] = [];
  const asked: string[] = [];
  const ask = (name: string) => (): Promise<void> => {
    asked.push(name);
    return Promise.resolve();
  };
  const context: SendContext = {
    ...contextOf(links, matches),
    ...{ beforeCall: ask('turn'), beforePlace: ask('place'), beforeSend: ask('mark') },
  };
  const results = await withServer(
    (request, response) => {
      void readBody(request).then((text) => {
        const call = {
          call: `${request.method ?? ''} ${request.url ?? ''}`,
          body: text === '' ? undefined : (JSON.parse(text) as unknown),
        };
        sent.push(call);
        const { status = 200, body = {} } = respond(call);
        answerJson(response, status, body);
      });
    },
    async (baseUri) => {
      const connector = makeConnector({}, { things: { key: ['id'], ...entity } });
      const client = connect(connector, { parameters: { baseUri } });
      const given = { client: 'made-up', entity: 'things', action: 'post', ...options };
      const parsed = parseWithSchema(connectorPublisher.options, given, 'publisher');
      const publisher: Publisher = connectorPublisher.create(parsed as never, {
        client: () => client,
        storage: () => {
          throw new Error('a connector needs no storage');
        },
        variable: () => undefined,
        chain: (steps, at) =>
          compileChain(steps, at, { transformers, saved: () => undefined, variable: () => undefined }),
      });
      return publisher.send(records.map(outgoing), context, signal);
    },
  );
  return { results, sent, asked };
}

function outgoing(record: DataRecord, index: number): OutgoingRecord {
  return { key: `k${index}`, record, uncertainSince: undefined, dueAt: 0, attempt: 1, run: bareRun() };
}

function contextOf(
  links: Readonly<Record<string, string>>,
  matches: Readonly<Record<string, readonly string[]>> | null,
): SendContext {
  return {
    links: (keys) => Promise.resolve(new Map(Object.entries(links).filter(([key]) => keys.includes(key)))),
    owners: () => Promise.resolve(new Map()),
    matchIndex: () => ({
      scan: () => Promise.resolve(matches ? { scannedAt: Date.now(), refreshedAt: Date.now() } : undefined),
      writeScan: () => Promise.resolve(),
      add: () => Promise.resolve(),
      replace: () => Promise.resolve(),
      find: (values) =>
        Promise.resolve(
          new Map(values.flatMap((value) => (matches?.[value] ? [[value, [...matches[value]]] as const] : []))),
        ),
    }),
    beforeCall: () => Promise.resolve(),
    beforePlace: () => Promise.resolve(),
    beforeSend: () => Promise.resolve(),
    notSent: () => Promise.resolve(),
    forget: () => Promise.resolve(),
    record: () => Promise.resolve(1),
  };
}
