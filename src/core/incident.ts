/**
 * `broken`: a client cannot sign in; `away`: its system does not answer; `recovering`: it answered again, and the
 * incident ends unless that was chance; `low-disk`: there is hardly any space left.
 */
export type IncidentState = 'broken' | 'away' | 'recovering' | 'low-disk';

/** What is wrong with a subject, as it is first seen. */
export interface NewIncident {
  /** `client/<identifier>` or `disk`. */
  readonly subject: string;
  readonly state: IncidentState;
  readonly code: string;
  /** For people; without secrets. */
  readonly message: string;
  /** Epoch milliseconds. */
  readonly nextProbeAt: number;
}

/** An incident that is open. All instants are epoch milliseconds. */
export interface Incident extends NewIncident {
  readonly id: number;
  readonly startedAt: number;
  /** Probes so far; the waits between them grow with it. */
  readonly probes: number;
  readonly checkedAt: number;
  /** When the document of its client was changed last; null where there is none. */
  readonly changedAt: number | null;
}

/** Subject of a client's incidents. */
export function clientSubject(client: string): string {
  return `client/${client}`;
}
