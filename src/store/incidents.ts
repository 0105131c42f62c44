import type { Incident, NewIncident } from '../core/incident.ts';
import type { Database } from './database.ts';

/** An incident as it is listed: also those that are over. */
export interface IncidentRow extends Incident {
  readonly endedAt: number | null;
  /** Why it ended. */
  readonly note: string | null;
}

const COLUMNS = `id, subject, state, code, message, started_at AS "startedAt", probes, checked_at AS "checkedAt",
  next_probe_at AS "nextProbeAt"`;

/** Incidents: one is open for a subject at a time, however many processes see it. */
export function incidentRepository(database: Database) {
  return {
    /** What is open, with the last change of its client; for an outgoing, of any client or outgoing: a trial costs little. */
    async open(): Promise<Incident[]> {
      const { rows } = await database.query<Incident>(
        `SELECT ${COLUMNS}, (SELECT max(updated_at) FROM document d
           WHERE d.kind = 'client' AND d.identifier = substr(subject, 8) AND subject LIKE 'client/%'
             OR d.kind IN ('client', 'outgoing') AND subject LIKE 'outgoing/%') AS "changedAt"
         FROM incident WHERE ended_at IS NULL ORDER BY id`,
      );
      return rows;
    },

    /**
     * Opens an incident, or brings the one that is open up to date.
     *
     * @returns true for the one caller, of all processes, that opened it.
     */
    async begin({ subject, state, code, message, nextProbeAt }: NewIncident): Promise<boolean> {
      const now = Date.now();
      const { rowCount } = await database.query(
        `INSERT INTO incident (subject, state, code, message, started_at, checked_at, next_probe_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6) ON CONFLICT (subject) WHERE ended_at IS NULL DO NOTHING`,
        [subject, state, code, message, now, nextProbeAt],
      );
      if (rowCount > 0) return true;
      await database.query(
        `UPDATE incident SET state = $2, code = $3, message = $4, checked_at = $5,
           next_probe_at = CASE WHEN state = $2 THEN next_probe_at ELSE $6 END
         WHERE subject = $1 AND ended_at IS NULL AND (state <> $2 OR code <> $3)`,
        [subject, state, code, message, now, nextProbeAt],
      );
      return false;
    },

    /** Takes the next probe; false when another process was first, or the incident is over. */
    async claimProbe({ id, probes }: Pick<Incident, 'id' | 'probes'>, nextProbeAt: number): Promise<boolean> {
      const { rowCount } = await database.query(
        `UPDATE incident SET probes = probes + 1, checked_at = $3, next_probe_at = $4
         WHERE id = $1 AND probes = $2 AND ended_at IS NULL`,
        [id, probes, Date.now(), nextProbeAt],
      );
      return rowCount > 0;
    },

    /** Lets work go on for a trial until `until`; the incident ends then, unless it was brought up again. */
    async tryOut(id: number, until: number): Promise<void> {
      await database.query(
        `UPDATE incident SET state = 'recovering', next_probe_at = $2 WHERE id = $1 AND ended_at IS NULL`,
        [id, until],
      );
    },

    /** Ends what is open for a subject; true for the one caller that ended it. */
    async end(subject: string, note: string): Promise<boolean> {
      const { rowCount } = await database.query(
        'UPDATE incident SET ended_at = $2, note = $3 WHERE subject = $1 AND ended_at IS NULL',
        [subject, Date.now(), note],
      );
      return rowCount > 0;
    },

    /** The last incidents, of one subject or of all, newest first. */
    async list({ subject, limit }: { subject?: string; limit: number }): Promise<IncidentRow[]> {
      const { rows } = await database.query<IncidentRow>(
        `SELECT ${COLUMNS}, NULL AS "changedAt", ended_at AS "endedAt", note FROM incident
         WHERE $1::text IS NULL OR subject = $1 ORDER BY id DESC LIMIT $2`,
        [subject ?? null, limit],
      );
      return rows;
    },
  };
}
