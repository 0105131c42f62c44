import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hashPassword, isOutdated, verifyPassword } from '../core/password-hash.ts';
import { passwordProblem } from '../core/password-rules.ts';
import { hashToken } from '../core/sealing.ts';
import type { User } from '../store/users.ts';
import { auditOf } from './audit-entry.ts';
import type { Platform } from './platform.ts';
import { RequestError, requestInvalid } from './request-error.ts';
import { createSessionCookie } from './session-cookie.ts';

/** An account gets few free tries; after that one has to wait, twice as long each time. */
const ACCOUNT_RULE = { free: 5, firstMs: 1000, mostMs: 15 * 60_000 };
/** Behind one address may be many people, and one attacker with many names. */
const ADDRESS_RULE = { free: 30, firstMs: 1000, mostMs: 15 * 60_000 };

/**
 * Checks name and password.
 *
 * A name that does not exist takes as long and answers the same as a wrong password.
 *
 * @throws RequestError 401 ERR_SIGN_IN, 429 ERR_TOO_MANY_TRIES with the time to wait.
 */
export async function checkPassword(
  platform: Platform,
  request: FastifyRequest,
  name: string,
  password: string,
): Promise<User> {
  const { users, audit } = platform.store;
  const tried = await takeTry(platform, request, name);
  const user = await users.find(name);
  const isRight = await verifyPassword(password, user?.password ?? undefined);
  if (!user || !isRight || user.isDisabled) {
    // A name that is nobody's may be a password in the wrong field.
    const actor = user ? user.name : '(unknown)';
    await audit.record({ ...auditOf(request, 'sign-in.refused', user ? `user/${name}` : 'user'), actor });
    throw new RequestError(401, 'ERR_SIGN_IN', 'Name or password are wrong, or the user is disabled');
  }
  await tried.wasGood();
  if (user.password !== null && isOutdated(user.password)) {
    await users.rehash(user.id, await hashPassword(password), user.password);
  }
  return user;
}

/**
 * Takes one try of an account and of the address that asks.
 *
 * @throws RequestError 429 ERR_TOO_MANY_TRIES
 */
export async function takeTry(
  { store: { throttle } }: Platform,
  request: FastifyRequest,
  name: string,
): Promise<{ readonly wasGood: () => Promise<void> }> {
  const account = `account ${hashToken(name)}`;
  const address = `address ${networkOf(request.ip)}`;
  for (const [subject, rule] of [[address, ADDRESS_RULE] as const, [account, ACCOUNT_RULE] as const]) {
    const waitMs = await throttle.take(subject, rule, Date.now());
    if (waitMs === 0) continue;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    const message = `Too many tries that failed; wait ${retryAfterSeconds} seconds`;
    throw new RequestError(429, 'ERR_TOO_MANY_TRIES', message, { retryAfterSeconds });
  }
  return {
    wasGood: async () => {
      await throttle.forget(account);
      await throttle.giveBack(address);
    },
  };
}

/** Hashes a password that somebody wants to have. @throws RequestError ERR_REQUEST_INVALID with what is wrong with it. */
export async function newPassword(password: string, name: string, field = 'password'): Promise<string> {
  const problem = passwordProblem(password, name);
  if (problem !== undefined) throw requestInvalid([{ path: field, message: problem }]);
  return hashPassword(password);
}

/** Opens a session for a person and gives it to the browser. It is a new one always, and ends the one before. */
export async function openSession(
  { settings, store }: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  user: Pick<User, 'id' | 'name' | 'role'>,
): Promise<void> {
  const cookie = createSessionCookie(settings);
  const before = cookie.read(request);
  const secret = randomBytes(32).toString('base64url');
  const session = {
    userId: user.id,
    hash: hashToken(secret),
    address: request.ip,
    agent: request.headers['user-agent'] ?? '',
  };
  const entry = { ...auditOf(request, 'sign-in', `user/${user.name}`), actor: user.name };
  const id = await store.sessions.open(session, settings.sessions, entry, before && hashToken(before));
  cookie.write(request, reply, secret);
  request.actor = { name: user.name, role: user.role, scopes: null, session: { id, userId: user.id } };
}

/** People with IPv6 have 2^64 addresses each; those of their network count as one. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [left = [], right = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = address.includes('::') ? Array.from({ length: 8 - left.length - right.length }, () => '0') : [];
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
