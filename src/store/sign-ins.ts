import type { Sealer } from '../core/sealing.ts';
import type { Database } from './database.ts';

/** A sign-in by a person that has begun. */
export interface BegunSignIn {
  readonly id: string;
  readonly client: string;
  /** What is needed to end it. */
  readonly secret: { readonly verifier: string; readonly redirectUri: string; readonly nonce?: string };
}

/** `open` waits for the person, `taken` is being ended. */
export type SignInStatus = 'open' | 'taken' | 'connected' | 'failed';

/** How long one that is over can still be asked after. */
const KEPT_MS = 86_400_000;

/** Where the secret of a sign-in is sealed to. */
export function signInPlace(id: string): string {
  return `sign_in/${id}/secret`;
}

/** Sign-ins by a person, from the page that they open to the answer that comes back. */
export function signInRepository(database: Database, sealer: Sealer) {
  const place = signInPlace;

  return {
    async begin({ id, client, secret }: BegunSignIn, stateHash: string, expiresAt: number): Promise<void> {
      await database.query('DELETE FROM sign_in WHERE expires_at < $1', [Date.now() - KEPT_MS]);
      const sealed = sealer.seal(JSON.stringify(secret), place(id)).$sealed;
      await database.query(
        'INSERT INTO sign_in (id, state_hash, client, secret, expires_at) VALUES ($1, $2, $3, $4, $5)',
        [id, stateHash, client, sealed, expiresAt],
      );
    },

    /** Takes a sign-in by its state: of any number of callers one gets it. Or why nobody does any more. */
    async take(stateHash: string): Promise<BegunSignIn | 'unknown' | 'used' | 'expired'> {
      const { rows } = await database.query<{ id: string; client: string; secret: string }>(
        `UPDATE sign_in SET status = 'taken' WHERE state_hash = $1 AND status = 'open' AND expires_at > $2
         RETURNING id, client, secret`,
        [stateHash, Date.now()],
      );
      const [row] = rows;
      if (!row) return why(stateHash);
      const { id, client } = row;
      const secret = JSON.parse(sealer.open({ $sealed: row.secret }, place(id))) as BegunSignIn['secret'];
      return { id, client, secret };
    },

    /** Notes how it ended, and forgets what it needed for that. */
    async end(id: string, status: 'connected' | 'failed', message: string): Promise<void> {
      await database.query('UPDATE sign_in SET status = $2, message = $3, secret = NULL WHERE id = $1', [
        id,
        status,
        message,
      ]);
    },

    async find(
      client: string,
      id: string,
    ): Promise<{ status: SignInStatus; message: string | null; expiresAt: number } | undefined> {
      const { rows } = await database.query<{ status: SignInStatus; message: string | null; expiresAt: number }>(
        'SELECT status, message, expires_at AS "expiresAt" FROM sign_in WHERE id = $1 AND client = $2',
        [id, client],
      );
      return rows[0];
    },
  };

  async function why(stateHash: string): Promise<'unknown' | 'used' | 'expired'> {
    const { rows } = await database.query<{ status: string }>('SELECT status FROM sign_in WHERE state_hash = $1', [
      stateHash,
    ]);
    if (!rows[0]) return 'unknown';
    return rows[0].status === 'open' ? 'expired' : 'used';
  }
}
