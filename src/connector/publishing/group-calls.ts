import { IntegrationError, PublishError } from '../../core/errors.ts';
import type { CallArguments, Operation } from '../request.ts';
import type { Item, Sending } from './item.ts';
import { idParameter, type Target } from './target.ts';
import { isCreateOnly } from './writes.ts';

/** From this try on a record is sent alone, so that one that makes the target fail cannot hold up others. */
const ALONE_FROM_ATTEMPT = 3;

/** One call and its records. */
export interface Group {
  readonly operation: Operation;
  readonly args: CallArguments;
  readonly items: readonly Item[];
}

/**
 * Records that can share one call: same path, same query, no more than the batch size. Whose call cannot be made has its
 * result.
 */
export function groupCalls(sending: Sending, items: readonly Item[]): Group[] {
  const { target, results } = sending;
  const groups = new Map<string, { operation: Operation; args: CallArguments; items: Item[] }>();
  for (const item of items) {
    try {
      const operation = operationFor(target, item);
      const args = callArguments(target, operation, item);
      const isAlone = sizeOf(target, operation) === 1 || item.source.attempt >= ALONE_FROM_ATTEMPT;
      const id = `${operation.name}${JSON.stringify(args)}${isAlone ? `#${item.index}` : ''}`;
      const group = groups.get(id);
      if (group) {
        group.items.push(item);
        continue;
      }
      // A missing path parameter is an error before any call.
      target.client.checkArguments(operation, args);
      groups.set(id, { operation, args, items: [item] });
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      results[item.index] = { kind: 'failed', error };
    }
  }
  return [...groups.values()].flatMap(({ operation, args, items: all }) =>
    chunks(all, sizeOf(target, operation)).map((part) => ({ operation, args, items: part })),
  );
}

/** What is known in the target is updated by a call of its own, where the target has one. */
function operationFor(target: Target, item: Item): Operation {
  if (item.does === 'delete') return target.mode === 'delete' ? target.operation : (target.remove ?? target.operation);
  if (item.targetId === undefined) return target.operation;
  if (target.update) return target.update;
  if (!isCreateOnly(target.operation)) return target.operation;
  throw new PublishError(
    'ERR_UPDATE_UNSUPPORTED',
    `"${target.operation.entity.title}" of ${target.client.connector.manifest.title} can be created but not updated, and this record is there already (id ${item.targetId}). Filter it out, or set "links": false to create every version anew`,
    { details: { key: item.source.key, targetId: item.targetId } },
  );
}

/** The batch size is that of the call that creates; another call says how much it takes itself. */
function sizeOf(target: Target, operation: Operation): number {
  return Math.min(target.batchSize, operation.manifest.body?.maxBatch ?? 1);
}

function callArguments(target: Target, operation: Operation, item: Item): CallArguments {
  const args = target.parameters(item.record);
  const takesId = item.does === 'delete' || operation === target.update;
  const name = takesId ? idParameter(operation) : undefined;
  const given = Object.entries(args.path ?? {});
  const path = Object.fromEntries(given.filter(([each]) => operation.manifest.path.includes(`{${each}}`)));
  if (name === undefined || path[name] !== undefined) return { ...args, path };
  return { ...args, path: { ...path, [name]: item.targetId } };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
