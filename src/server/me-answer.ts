import type { Actor } from './api.ts';
import { mayDo, PERMISSIONS } from './permissions.ts';

/** Who asks, and what that one may do. */
export function meAnswer(actor: Actor | null): object {
  if (!actor) return {};
  const { name, role, session } = actor;
  return {
    ...{ name, role, kind: session ? 'user' : 'token' },
    permissions: PERMISSIONS.filter((permission) => mayDo(actor, permission)),
  };
}
