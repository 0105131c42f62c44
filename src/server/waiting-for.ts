import type { Incident } from '../core/incident.ts';
import type { TaskRow } from '../store/task-reads.ts';
import { isoOrNull } from './json-text.ts';
import type { Platform } from './platform.ts';

/** Says of open tasks that they wait for a client whose work rests: nothing is written into tasks for that. */
export async function waitingFor({
  health,
  configuration,
}: Pick<Platform, 'health' | 'configuration'>): Promise<(row: TaskRow) => object> {
  const { routes, outgoings } = await configuration.current();
  const incidents = new Map<string, Incident>();
  for (const route of routes.values()) {
    const client = outgoings.get(route.outgoing)?.target.client ?? '';
    const incident = await health.standstill(client, route.outgoing);
    if (incident) incidents.set(route.id, incident);
  }
  return ({ state, route }) => {
    const incident = incidents.get(route);
    return incident && (state === 'new' || state === 'retrying') ? { waitingFor: shown(incident) } : {};
  };
}

function shown({ subject, state, code, message, startedAt, nextProbeAt }: Incident): object {
  const [kind = '', name = ''] = subject.split('/');
  const why = kind === 'outgoing' ? 'its calls are refused' : state === 'broken' ? 'sign-in refused' : 'no answer';
  const nextTryAt = isoOrNull(nextProbeAt);
  const text = `waiting for ${kind} "${name}": ${why}; next try ${nextTryAt ?? ''}`;
  return { [kind]: name, state, code, message, since: isoOrNull(startedAt), nextTryAt, text };
}
