import type { ConnectedClient } from '../connector/connect.ts';
import { sendBatch } from '../connector/publishing/send-batch.ts';
import { createTarget, idParameter } from '../connector/publishing/target.ts';
import type { MatchIndex, RecordResult, SendContext } from '../connector/publishing/types.ts';
import type { CallArguments, Operation } from '../connector/request.ts';
import type { IntegrationError } from '../core/errors.ts';
import { bareRun } from '../core/step-run.ts';
import { type DataRecord, plainText } from '../core/record.ts';

/** What is written by one call, and with which parameters. */
export interface Records {
  readonly records: readonly DataRecord[];
  readonly args: CallArguments;
}

/** What became of the records. */
export interface SentRecords {
  /** Ids in the target, in the order of the records. */
  readonly ids: readonly (string | undefined)[];
  /** Why the first one failed. */
  readonly error: IntegrationError | undefined;
}

/** Whether an operation writes records. */
export function isWrite({ name, manifest }: Operation): boolean {
  const action = manifest.action ?? name;
  return ['create', 'update', 'post', 'delete'].includes(action);
}

/**
 * Writes records as a publisher does: found by their id, fitted to their fields, put into a body, and the answer read
 * for their ids.
 */
export async function sendRecords(
  client: ConnectedClient,
  operation: Operation,
  { records, args }: Records,
  signal: AbortSignal,
): Promise<SentRecords> {
  const isDelete = operation.manifest.method === 'DELETE';
  const action = operation.manifest.action ?? operation.name;
  const parameter = action === 'create' || action === 'post' ? undefined : idParameter(operation);
  const id = parameter === undefined ? undefined : args.path?.[parameter];
  const target = createTarget(
    {
      client: client.identifier,
      action: isDelete ? 'delete' : 'post',
      entity: operation.entity.name,
      operation: operation.name,
      parameters: { path: args.path ?? {}, query: args.query ?? {} },
      requestTransformers: [],
      batch: { size: isDelete ? 1 : Math.max(1, records.length) },
      match: [],
      links: id !== undefined,
      fields: 'types',
    },
    {
      client: () => client,
      chain: () => (record) => [record],
      storage: () => {
        throw new Error('a connector needs no storage');
      },
      variable: () => undefined,
    },
  );
  const batch = records.map((record, index) => ({
    ...{ key: String(index), record, uncertainSince: undefined, dueAt: 0, attempt: 1, run: bareRun() },
  }));
  const results = await sendBatch(
    { ...target, onUncertain: 'hold' },
    batch,
    context(id === undefined ? undefined : plainText(id)),
    signal,
  );
  const failed = results.find((result): result is RecordResult & { error: IntegrationError } => 'error' in result);
  return {
    ids: results.map((result) => (result.kind === 'done' ? result.targetId : undefined)),
    error: failed?.error,
  };
}

function context(id: string | undefined): SendContext {
  return {
    links: (keys) => Promise.resolve(new Map(id === undefined ? [] : keys.map((key) => [key, id]))),
    owners: () => Promise.resolve(new Map()),
    matchIndex: () => NO_INDEX,
    beforeCall: () => Promise.resolve(),
    beforePlace: () => Promise.resolve(),
    beforeSend: () => Promise.resolve(),
    notSent: () => Promise.resolve(),
    forget: () => Promise.resolve(),
    record: () => Promise.resolve(0),
  };
}

const NO_INDEX: MatchIndex = {
  scan: () => Promise.resolve(undefined),
  writeScan: () => Promise.resolve(),
  add: () => Promise.resolve(),
  replace: () => Promise.resolve(),
  find: () => Promise.resolve(new Map()),
};
