import { api } from '../api.ts';
import type { Page, Task } from '../types.ts';

/** Failures with the same cause, as the server groups them. */
export interface ErrorGroup {
  readonly id: string;
  readonly state: 'open' | 'resolved' | 'ignored';
  readonly class: string;
  readonly code: string;
  readonly message: string;
  readonly count: number;
  readonly routes: readonly { readonly route: string; readonly count: number }[];
  readonly firstAt: string;
  readonly lastAt: string;
  /** One of its tasks; null where that is gone. */
  readonly sample: Task | null;
}

/** Causes of a route, or of all, that stand in a state; the latest first. */
export async function loadErrorGroups(
  { route, state = 'open' }: { readonly route?: string | undefined; readonly state?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<ErrorGroup>> {
  const query = new URLSearchParams({ limit: '100', state, ...(route !== undefined && { route }) });
  return api('GET', `/errors?${query.toString()}`, undefined, signal);
}

/** Puts all failed tasks of a cause back to work, in the background. */
export async function retryGroup({ id, code }: ErrorGroup): Promise<void> {
  await api('POST', '/bulk-actions', { name: `Retry of ${code}`, action: 'retry', filter: { error: id } });
}

/** Takes a cause out of the list: until it comes back, or for good. */
export async function decideGroup({ id }: ErrorGroup, decision: 'resolve' | 'ignore' | 'reopen'): Promise<void> {
  await api('POST', `/errors/${id}/${decision}`, {});
}
