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
      const kept = tokens.get(client);
      if (kept?.token.accessToken !== accessToken) return Promise.resolve();
      if (kept.token.refreshToken === undefined) tokens.delete(client);
      else tokens.set(client, { key: kept.key, token: { ...kept.token, expiresAtMs: 0 } });
      return Promise.resolve();
    },
  };
}
