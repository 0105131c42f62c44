import { IntegrationError, toErrorReport } from '../core/errors.ts';
import { compileEdits, type FieldEdits } from '../core/field-edits.ts';
import type { DataRecord } from '../core/record.ts';
import type { Log } from '../engine/deps.ts';

/** What bulk actions are done with; the store implements it. */
export interface BulkStore {
  readonly bulkActions: {
    step(
      edit: (action: { readonly edits: string | null }, payload: string) => string | undefined,
    ): Promise<{ readonly routes: readonly string[] } | undefined>;
    fail(error: string): Promise<void>;
  };
}

/**
 * Does what people asked for many tasks, batch after batch, until nothing is left or `signal` aborts.
 *
 * @param wake Has the routes published whose tasks were put back to work.
 */
export async function workOnBulkActions(
  { store, log }: { readonly store: BulkStore; readonly log: Log },
  wake: (routes: readonly string[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const batch = await store.bulkActions.step(editRecord);
      if (!batch) return;
      await wake(batch.routes);
    } catch (error) {
      // What the database cannot do now is tried again; what is wrong with the action itself never gets better.
      if (!(error instanceof IntegrationError)) throw error;
      log.warn({ err: error }, 'A bulk action cannot be done');
      await store.bulkActions.fail(JSON.stringify(toErrorReport(error)));
    }
  }
}

function editRecord({ edits }: { readonly edits: string | null }, payload: string): string | undefined {
  const edit = compileEdits(JSON.parse(edits ?? '[]') as FieldEdits);
  try {
    return JSON.stringify(edit(JSON.parse(payload) as DataRecord));
  } catch (error) {
    if (error instanceof IntegrationError) return undefined;
    throw error;
  }
}
