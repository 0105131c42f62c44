import type { StoredToken, TokenStore } from './types.ts';

/** Tokens inside one process: for tests and single commands. */
export function createMemoryTokenStore(now: () => number = Date.now): TokenStore {
  const tokens = new Map<string, { key: string; token: StoredToken }>();
  const claims = new Map<string, number>();

  return {
    read(client, key) {
      const kept = tokens.get(client);
      return Promise.resolve(kept?.key === key ? kept.token : undefined);
    },
    claimRenewal(client, ms) {
      const isFree = (claims.get(client) ?? 0) <= now();
      if (isFree) claims.set(client, now() + ms);
      return Promise.resolve(isFree);
    },
    write(client, key, token) {
      tokens.set(client, { key, token });
      claims.delete(client);
      return Promise.resolve();
    },
    releaseRenewal(client) {
      claims.delete(client);
      return Promise.resolve();
    },
    discard(client, accessToken) {
      if (tokens.get(client)?.token.accessToken === accessToken) tokens.delete(client);
      return Promise.resolve();
    },
  };
}
