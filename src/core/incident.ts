/**
 * `broken`: a client cannot sign in, or every call of an outgoing is refused; `away`: its system does not answer; `recovering`: it answered again, and the
 * incident ends unless that was chance; `low-disk`: there is hardly any space left.
 */
export type IncidentState = 'broken' | 'away' | 'recovering' | 'low-disk';

/** What is wrong with a subject, as it is first seen. */
export interface NewIncident {
  /** `client/<identifier>`, `outgoing/<identifier>` or `disk`. */
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
  /** When a document was changed last that may be what is wrong; null where there is none. */
  readonly changedAt: number | null;
}

/** Subject of the incidents of an outgoing: its calls are refused, those of its client else are not. */
export function outgoingSubject(outgoing: string): string {
  return `outgoing/${outgoing}`;
}

/** Subject of a client's incidents. */
export function clientSubject(client: string): string {
  return `client/${client}`;
}
