import { useSyncExternalStore } from 'react';

/**
 * Who is signed in, in this tab. For now that is an access token, which the tab forgets when it is closed; nothing
 * else in the dashboard knows how signing in works.
 */
const KEY = 'sluice-token';
const listeners = new Set<() => void>();

/** Headers that say who asks. */
export function authHeaders(): Record<string, string> {
  const token = sessionStorage.getItem(KEY);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** Keeps a token that the server accepted. */
export function signIn(token: string): void {
  sessionStorage.setItem(KEY, token);
  tell();
}

/** Forgets who is signed in; the sign-in page is next. */
export function signOut(): void {
  if (sessionStorage.getItem(KEY) === null) return;
  sessionStorage.removeItem(KEY);
  tell();
}

/** Whether somebody is signed in; changes when that does. */
export function useIsSignedIn(): boolean {
  return useSyncExternalStore(subscribe, () => sessionStorage.getItem(KEY) !== null);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function tell(): void {
  for (const listener of listeners) listener();
}
