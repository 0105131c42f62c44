import { existsSync } from 'node:fs';
import path from 'node:path';
import { createSealer } from '../../core/sealing.ts';
import { resealDocument } from '../../engine/document-secrets.ts';
import type { Database } from '../../store/database.ts';
import { lockFolder, lockHolder } from '../../store/folder-lock.ts';
import { openStore } from '../../store/index.ts';
import { schemaVersion } from '../../store/migrations.ts';
import { openPglite } from '../../store/open-pglite.ts';
import { openPostgres } from '../../store/open-postgres.ts';
import { readAcceptedKeys, readMasterKey, type Settings } from '../settings.ts';
import { type Finding, findings } from './finding.ts';
import { wideNetworks } from './wide-networks.ts';

/** A clock that is off by more makes leases and sign-ins fail. */
const MOST_SKEW_MS = 5000;
const PATIENCE_MS = 5000;

/** Looks at the database; one that a running Sluice holds is asked for through it. */
export async function checkDatabase(settings: Settings): Promise<readonly Finding[]> {
  const { ok } = findings('database');
  if (settings.databaseUrl !== undefined) {
    const database = openPostgres(settings.databaseUrl, { maxConnections: 2, onError: () => undefined });
    return closing(database, () => examine(database, settings));
  }
  const holder = lockHolder(settings.dataFolder);
  if (holder) return [await askHolder(holder.url)];
  const folder = path.join(settings.dataFolder, 'postgres');
  if (!existsSync(folder)) return [ok('The first start makes the embedded database')];
  const lock = lockFolder(settings.dataFolder);
  try {
    const database = await openPglite(folder);
    return await closing(database, () => examine(database, settings));
  } finally {
    lock.release();
  }
}

async function closing<T>(database: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await database.close();
  }
}

async function askHolder(url: string | undefined): Promise<Finding> {
  const { ok, failed } = findings('database');
  if (url === undefined) return failed('A Sluice holds the data folder and does not listen yet; try again');
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await answer.text();
  return answer.ok
    ? ok(`The Sluice at ${url} is ready; stop it to look deeper`)
    : failed(`The Sluice at ${url} says: ${text}`);
}

async function examine(database: Database, settings: Settings): Promise<Finding[]> {
  const { ok, warning, failed } = findings('database');
  const { rows } = await database.query<{ now: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
  );
  const skew = Math.abs((rows[0]?.now ?? 0) - Date.now());
  const clock =
    skew > MOST_SKEW_MS
      ? findings('clock').failed(
          `The clocks of database and machine are ${Math.round(skew / 1000)} seconds apart; set them right`,
        )
      : findings('clock').ok('The clocks of database and machine agree');
  const { applied, known } = await schemaVersion(database);
  if (applied > known)
    return [clock, failed(`The database is at version ${applied}, this Sluice knows ${known}; start the newer one`)];
  if (applied < known) {
    return [
      clock,
      warning(`The database is at version ${applied}; the next start brings it to ${known}. Make a backup first`),
    ];
  }
  return [clock, ok(`The database answers and is at version ${known}`), ...(await examineContent(database, settings))];
}

/** What only a database of this version can be asked. */
async function examineContent(database: Database, settings: Settings): Promise<Finding[]> {
  const [secrets, audit, users] = [findings('secrets'), findings('audit'), findings('users')];
  const store = await openStore(
    database,
    createSealer(readMasterKey(settings), readAcceptedKeys(settings)),
    resealDocument,
  );
  const { left, orphaned } = await store.keys.state();
  const { isWhole, entries, brokenAt } = await store.audit.verify();
  return [
    orphaned.length > 0
      ? secrets.failed(
          `No known key opens ${orphaned.slice(0, 5).join(', ')}; give the key in SLUICE_KEY_ACCEPTED, or write these anew`,
        )
      : left > 0
        ? secrets.warning(`${left} rows are under another key; call "sluice rotate-keys"`)
        : secrets.ok('Every secret opens with the key'),
    isWhole
      ? audit.ok(`The audit trail is whole: ${entries} entries`)
      : audit.failed(`The audit trail was tampered with at entry ${brokenAt ?? 0}`),
    (await store.users.count()) > 0
      ? users.ok('There are users')
      : users.warning('There is no user yet: open the dashboard, or "sluice user add <name> --role administrator"'),
    ...examineNetworks(await store.documents.all()),
  ];
}

function examineNetworks(documents: Parameters<typeof wideNetworks>[0]): Finding[] {
  const { ok, warning } = findings('networks');
  const wide = wideNetworks(documents);
  if (wide.length === 0) return [ok('No client may call more private addresses than one site has')];
  return wide.map(({ client, network }) =>
    warning(
      `The client "${client}" may call all of ${network}; name the address of its system in allowPrivateNetworks`,
    ),
  );
}
