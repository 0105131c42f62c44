import type { Incident } from '../core/incident.ts';
import type { IncidentRow } from '../store/incidents.ts';
import { isoOrNull } from './json-text.ts';

/** An incident as the API shows it. */
export function incidentAnswer(incident: Incident & Partial<IncidentRow>): Record<string, unknown> {
  const { id, subject, state, code, message, startedAt, endedAt = null, note = null, probes, nextProbeAt } = incident;
  const isOpen = endedAt === null;
  return {
    ...{ id: String(id), subject, state, code, message, since: isoOrNull(startedAt) },
    ...(isOpen && subject !== 'disk' && { probes, nextTryAt: isoOrNull(nextProbeAt) }),
    ...(!isOpen && { endedAt: isoOrNull(endedAt), note }),
  };
}
