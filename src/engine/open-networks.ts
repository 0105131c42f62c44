import { ConfigError } from '../core/errors.ts';
import type { Document } from './kinds.ts';

/**
 * Lets nobody but an administrator send calls of a client into private networks: who may write clients could read the inside of
 * the own network by them.
 *
 * @param before The same document as it is now, if it is there. What it may call already, it may go on to call.
 * @throws ConfigError ERR_NETWORKS
 */
export function requireOpenNetworks(document: Document, before: Document | undefined): void {
  const known = new Set(networksOf(before));
  const added = networksOf(document).filter((network) => !known.has(network));
  if (added.length === 0) return;
  throw new ConfigError(
    'ERR_NETWORKS',
    `The client "${document.identifier}" would reach ${added.join(', ')}; only an administrator adds to "allowPrivateNetworks"`,
    { details: { client: document.identifier, networks: added } },
  );
}

function networksOf(document: Document | undefined): readonly string[] {
  const networks = document?.kind === 'client' ? document.spec['allowPrivateNetworks'] : undefined;
  return Array.isArray(networks) ? networks.map(String) : [];
}
