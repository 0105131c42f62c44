import { ConfigError } from '../core/errors.ts';
import { isPassingFault } from '../core/passing-fault.ts';
import { type PatienceDeps, withPatience } from '../engine/patience.ts';

/** How long a database may take to come up after us, e.g. when a whole machine was restarted. */
const LONGEST_MS = 60_000;

/** SQLSTATE of what no waiting helps: a name, a password or a database that is not accepted. */
const REFUSED = /^(28...|3D000)$/;

/**
 * Opens what needs the database, and waits for a database that is not up yet.
 *
 * @param open May be begun again.
 * @param databaseUrl Where it is; undefined for the embedded database.
 * @throws ConfigError ERR_DATABASE_AWAY when nobody answers for a minute or until `signal` aborts, or refuses us.
 */
export async function openPatiently<Opened>(
  open: () => Promise<Opened>,
  databaseUrl: string | undefined,
  deps: PatienceDeps,
  signal: AbortSignal = AbortSignal.timeout(LONGEST_MS),
): Promise<Opened> {
  try {
    return await withPatience(open, deps, signal);
  } catch (error) {
    if (databaseUrl === undefined || !(isPassingFault(error) || isRefused(error))) throw error;
    throw databaseAway(databaseUrl, error as Error);
  }
}

function isRefused(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && REFUSED.test(code);
}

/** Without what stands before the host: that is the password. */
function databaseAway(databaseUrl: string, error: Error): ConfigError {
  const place = URL.canParse(databaseUrl) ? new URL(databaseUrl).host : 'its address';
  const { code = '' } = error as { readonly code?: string };
  // A name with several addresses gives an error without words of its own.
  const said = error.message === '' ? code : error.message;
  return new ConfigError('ERR_DATABASE_AWAY', `DATABASE_URL: the database at ${place} cannot be used: ${said}`);
}
