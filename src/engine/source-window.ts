import type { RunMode } from '../core/run.ts';
import type { Json } from '../core/record.ts';
import type { RunStore } from './deps.ts';
import type { Incoming } from './workspace.ts';

/** From where a run reads: all of the source where both are undefined. */
export interface SourceWindow {
  readonly since: number | undefined;
  readonly state: Json | undefined;
}

/** The window that the next run of an incoming would begin with. */
export async function windowOfRun(
  { id, subscriber }: Incoming,
  mode: RunMode,
  runs: Pick<RunStore, 'checkpoint'>,
): Promise<SourceWindow> {
  const asksForChanges = mode !== 'full' && subscriber.mode === 'incremental' && subscriber.hasDelta;
  const cursor = asksForChanges ? await runs.checkpoint(id) : undefined;
  const { at, state } = cursor === undefined ? {} : (JSON.parse(cursor) as { at?: number; state?: Json });
  return { since: at === undefined ? undefined : at - subscriber.lookBackMs, state };
}
