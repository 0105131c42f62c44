import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Api } from '../api.ts';
import { columns } from '../columns.ts';

interface User {
  readonly name: string;
  readonly role: string;
  readonly isDisabled: boolean;
  readonly issuer: string | null;
  readonly signedInAt: string | null;
}

export interface PasswordOptions {
  readonly passwordStdin: boolean;
}

/** `sluice user add`: makes a user, with a password of ours unless one comes by standard input. */
export async function addUser(api: Api, name: string, role: string, options: PasswordOptions): Promise<string[]> {
  const { password, lines } = await choosePassword(options);
  await api.request('POST', '/users', { name, role, password });
  return [`The ${role} "${name.toLowerCase()}" can sign in`, ...lines];
}

/** `sluice user reset-password`: gives another password and ends the sessions. */
export async function resetPassword(api: Api, name: string, options: PasswordOptions): Promise<string[]> {
  const { password, lines } = await choosePassword(options);
  await api.request('POST', `/users/${encodeURIComponent(name)}/reset-password`, { password });
  return [`"${name}" has another password, and all sessions are over`, ...lines];
}

/** `sluice user disable` and `enable`. */
export async function disableUser(api: Api, name: string, isDisabled: boolean): Promise<string[]> {
  await api.request('PUT', `/users/${encodeURIComponent(name)}`, { isDisabled });
  return [isDisabled ? `"${name}" cannot sign in any more, and all sessions are over` : `"${name}" can sign in again`];
}

/** `sluice user list`. */
export async function listUsers(api: Api): Promise<string[]> {
  const { items } = await api.request<{ items: User[] }>('GET', '/users?limit=500');
  const rows = items.map(({ name, role, isDisabled, issuer, signedInAt }) => [
    ...[name, role, isDisabled ? 'disabled' : (issuer ?? 'password'), signedInAt ?? 'never signed in'],
  ]);
  return rows.length === 0 ? ['There is no user yet; make one with "sluice user add <name>"'] : columns(rows);
}

async function choosePassword({ passwordStdin }: PasswordOptions): Promise<{ password: string; lines: string[] }> {
  if (passwordStdin) return { password: (await text(process.stdin)).replace(/\r?\n$/, ''), lines: [] };
  const password = randomBytes(15).toString('base64url');
  return { password, lines: [`Password, shown only this once: ${password}`] };
}
