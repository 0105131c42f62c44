import type { Server } from 'node:http';
import type { Settings } from './settings.ts';

/** Addresses that mean "every one of mine": browsers cannot open them. */
const ANY = new Set(['0.0.0.0', '::', '']);

/** Where browsers reach the API: SLUICE_PUBLIC_URL, or where it listens. */
export function publicUrl({ publicUrl: set, host, port }: Settings, server: Server): string {
  if (set !== undefined) return set;
  const address = server.address();
  const listening = typeof address === 'object' && address ? address.port : port;
  const name = ANY.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${listening}`;
}
