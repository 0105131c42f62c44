import { AuthError } from '../../core/errors.ts';
import { sleep as realSleep, type Sleep } from '../../http/sleep.ts';
import type { Api } from '../api.ts';

interface Begun {
  readonly id: string;
  readonly url: string;
  readonly redirectUri: string;
  readonly expiresAt: string;
}

interface Standing {
  readonly status: 'open' | 'connected' | 'failed' | 'expired';
  readonly message: string | null;
}

const LOOK_MS = 1000;

/**
 * `sluice connect <client>`: prints where a person signs in and, unless told not to, waits until that is done.
 *
 * @throws AuthError ERR_NOT_CONNECTED when it failed or took too long.
 */
export async function connect(
  api: Pick<Api, 'request'>,
  client: string,
  { wait: isWaiting }: { readonly wait: boolean },
  print: (line: string) => void,
  sleep: Sleep = realSleep,
): Promise<void> {
  const path = `/clients/${encodeURIComponent(client)}/authorize`;
  const begun = await api.request<Begun>('POST', path);
  print(`Open this address in a browser, before ${begun.expiresAt}:`);
  print(begun.url);
  print(`The application in the system has to allow the redirect to ${begun.redirectUri}`);
  if (!isWaiting) return;
  for (;;) {
    const { status, message } = await api.request<Standing>('GET', `${path}/${begun.id}`);
    if (status === 'connected') {
      print(`${client} is connected`);
      return;
    }
    if (status !== 'open') throw notConnected(client, message ?? 'nobody signed in within ten minutes');
    await sleep(LOOK_MS);
  }
}

function notConnected(client: string, why: string): AuthError {
  return new AuthError('ERR_NOT_CONNECTED', `${client} is not connected: ${why}`);
}
