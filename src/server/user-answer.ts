import type { JSONSchema } from 'json-schema-to-ts';
import { LEAST_CHARACTERS, MOST_CHARACTERS } from '../core/password-rules.ts';
import type { Session } from '../store/sessions.ts';
import type { User } from '../store/users.ts';

const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$';

/** A user's name, as it is typed; kept in lower case. */
export const USER_NAME = {
  type: 'string',
  pattern: NAME_PATTERN,
  description: 'Letters, digits and ._@+-, at most 100; upper and lower case are the same.',
} as const satisfies JSONSchema;

/** A password that somebody wants to have; further rules are told when it breaks them. */
export const NEW_PASSWORD = {
  type: 'string',
  maxLength: 1024,
  writeOnly: true,
  description: `${LEAST_CHARACTERS} to ${MOST_CHARACTERS} characters.`,
} as const satisfies JSONSchema;

/** A password to be tried. */
export const PASSWORD = { type: 'string', maxLength: 1024, writeOnly: true } as const satisfies JSONSchema;

/** Whether a user may be called so. */
export function isUserName(name: string): boolean {
  return new RegExp(NAME_PATTERN).test(name);
}

/** A user as the API answers it. */
export function userAnswer({ name, role, isDisabled, password, issuer, createdAt, ...times }: User): object {
  return {
    ...{ name, role, isDisabled, hasPassword: password !== null, issuer },
    createdAt: isoTime(createdAt),
    passwordChangedAt: isoTime(times.passwordChangedAt),
    signedInAt: isoTime(times.signedInAt),
  };
}

/** A session as the API answers it; `current` is the id of the one that asks. */
export function sessionAnswer({ id, createdAt, usedAt, expiresAt, address, agent }: Session, current?: string): object {
  return {
    ...{ id, isCurrent: id === current, address, agent },
    createdAt: isoTime(createdAt),
    usedAt: isoTime(usedAt),
    expiresAt: isoTime(expiresAt),
  };
}

/** An instant as the API answers it. */
export function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
