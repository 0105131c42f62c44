import type { Api } from '../api.ts';

interface KeyState {
  readonly keyId: string;
  readonly acceptedIds: readonly string[];
  readonly left: number;
  readonly orphaned: readonly string[];
}

/**
 * `sluice rotate-keys`: seals everything with the key of SLUICE_KEY, step by step. What was done stays done when it is
 * interrupted; the next call goes on.
 */
export async function rotateKeys(api: Api): Promise<string[]> {
  const { keyId, left } = await api.request<KeyState>('GET', '/keys');
  let total = 0;
  for (;;) {
    const { changed, isDone } = await api.request<{ changed: number; isDone: boolean }>('POST', '/keys/rotate');
    total += changed;
    if (isDone) break;
  }
  if (total === 0 && left === 0) return [`Everything is sealed with the key ${keyId}`];
  return [
    `${total} rows are sealed with the key ${keyId} now`,
    'Take the key before out of SLUICE_KEY_ACCEPTED of every process; keep it as long as you keep backups that need it',
  ];
}
