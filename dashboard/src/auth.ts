import { useSyncExternalStore } from 'react';

/**
 * Who is signed in. People have a session, whose cookie no script sees; who signs in with an access token has it in
 * this tab, which forgets it when it is closed. Nothing else in the dashboard knows how signing in works.
 */
const KEY = 'sluice-token';
const listeners = new Set<() => void>();

/** `unknown` until the server told whether the browser has a session. */
export type SignedIn = 'unknown' | 'in' | 'out';

/** Whether the browser sent the cookie of a session with the page; a session that is over shows with the first answer. */
const hasSession = document.querySelector('meta[name="session"]')?.getAttribute('content') === 'yes';

let state: SignedIn = hasSession || sessionStorage.getItem(KEY) !== null ? 'in' : 'unknown';

/** Headers that say who asks. */
export function authHeaders(): Record<string, string> {
  const token = sessionStorage.getItem(KEY);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** Keeps a token that the server accepted. */
export function signInWithToken(token: string): void {
  sessionStorage.setItem(KEY, token);
  setSignedIn('in');
}

/** Somebody came in, or went out: the browser has a session or not. */
export function setSignedIn(next: SignedIn): void {
  if (next === 'out') sessionStorage.removeItem(KEY);
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

/** Ends the session, or forgets the token; the sign-in page is next. */
export async function signOut(): Promise<void> {
  const hasToken = sessionStorage.getItem(KEY) !== null;
  if (!hasToken) await fetch('/api/v1/sign-out', { method: 'POST' }).catch(() => undefined);
  setSignedIn('out');
}

/** Whether the server can be asked already. */
export function isSignedIn(): boolean {
  return state === 'in';
}

/** Whether somebody is signed in; changes when that does. */
export function useSignedIn(): SignedIn {
  return useSyncExternalStore(subscribe, () => state);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
