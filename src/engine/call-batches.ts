import { HttpStatusError } from '../core/errors.ts';
import { isRecord, type Json, plainText } from '../core/record.ts';
import type { CallBatch, StepOperation, StepRequest } from '../core/step-run.ts';

type Call = (operation: StepOperation, request: StepRequest) => Promise<Json | undefined>;

/** One record that waits for its row. */
interface Waiting {
  readonly key: string;
  readonly resolve: (row: Json | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Finds rows of several records by one call: what is asked for at the same time goes out together.
 *
 * Where a call for several keys is refused, it is made again with halves of them, so that one bad key fails its own record.
 */
export class CallBatches {
  readonly #call: Call;
  readonly #open = new Map<string, Waiting[]>();

  constructor(call: Call) {
    this.#call = call;
  }

  /** The row whose key it is; undefined where the answer has none. */
  find(operation: StepOperation, request: StepRequest, batch: CallBatch): Promise<Json | undefined> {
    const { path, query, body } = request;
    const name = JSON.stringify([operation.name, path, query, body ?? null, batch.parameter, batch.recordKey]);
    return new Promise((resolve, reject) => {
      const waiting = { key: batch.key, resolve, reject };
      const others = this.#open.get(name);
      if (others) {
        others.push(waiting);
        return;
      }
      const all = [waiting];
      this.#open.set(name, all);
      setImmediate(() => {
        this.#open.delete(name);
        for (let from = 0; from < all.length; from += batch.size) {
          void this.#send(all.slice(from, from + batch.size), operation, request, batch);
        }
      });
    });
  }

  async #send(
    waiting: readonly Waiting[],
    operation: StepOperation,
    request: StepRequest,
    batch: CallBatch,
  ): Promise<void> {
    try {
      const keys = waiting.map(({ key }) => key);
      const query = { ...request.query, [batch.parameter]: keys };
      const rows = rowsByKey(await this.#call(operation, { ...request, query, take: 'records' }), batch.recordKey);
      for (const { key, resolve } of waiting) resolve(rows.get(key));
    } catch (error) {
      if (waiting.length > 1 && error instanceof HttpStatusError && !error.retryable) {
        const half = Math.ceil(waiting.length / 2);
        await this.#send(waiting.slice(0, half), operation, request, batch);
        await this.#send(waiting.slice(half), operation, request, batch);
        return;
      }
      for (const { reject } of waiting) reject(error);
    }
  }
}

function rowsByKey(answer: Json | undefined, recordKey: string): ReadonlyMap<string, Json> {
  const rows: readonly Json[] = Array.isArray(answer) ? answer : [];
  return new Map(rows.filter(isRecord).map((row) => [plainText(row[recordKey] ?? null), row]));
}
