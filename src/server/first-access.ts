import { randomBytes } from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import { hashPassword } from '../core/password-hash.ts';
import { passwordProblem } from '../core/password-rules.ts';
import { hashToken } from '../core/sealing.ts';
import type { Store } from '../store/index.ts';
import type { Settings } from './settings.ts';
import { isUserName } from './user-answer.ts';

/** Name of the tokens that processes make for command lines beside them. */
export const LOCAL_TOKEN = 'command line';

/** On a fresh database makes the first administrator: with the token of SLUICE_TOKEN, or with a new one. */
export async function ensureFirstToken(store: Store, given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) {
    if (given.length < 8) throw new ConfigError('ERR_SETTING', 'SLUICE_TOKEN must have 8 characters or more');
    if ((await store.accessTokens.countOthers(LOCAL_TOKEN)) === 0) {
      await store.accessTokens.add('administrator', 'administrator', hashToken(given), Date.now());
    }
    return undefined;
  }
  if ((await store.accessTokens.countOthers(LOCAL_TOKEN)) > 0) return undefined;
  const token = `sluice_${randomBytes(24).toString('base64url')}`;
  await store.accessTokens.add('administrator', 'administrator', hashToken(token), Date.now());
  return token;
}

/** On a fresh database makes the first user, where the environment names one. */
export async function ensureFirstUser({ users }: Store, first: Settings['firstUser']): Promise<void> {
  if (!first || (await users.count()) > 0) return;
  const problem = isUserName(first.name) ? passwordProblem(first.password, first.name) : undefined;
  if (!isUserName(first.name))
    throw new ConfigError('ERR_SETTING', 'SLUICE_ADMIN_NAME is no name that a user can have');
  if (problem !== undefined) throw new ConfigError('ERR_SETTING', `SLUICE_ADMIN_PASSWORD ${problem}`);
  const entry = { actor: '(start)', address: null, action: 'user.create', subject: `user/${first.name}` };
  await users.addFirst(
    { name: first.name, role: 'administrator', password: await hashPassword(first.password) },
    entry,
  );
}

/** Command lines of the folder's owner may use the API without being told a token: who reads the folder owns it. */
export async function issueLocalToken(store: Store): Promise<string> {
  const token = `local_${randomBytes(24).toString('base64url')}`;
  await store.accessTokens.add(LOCAL_TOKEN, 'administrator', hashToken(token), Date.now());
  return token;
}
