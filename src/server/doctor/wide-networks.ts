import { isIPv6 } from 'node:net';
import type { StoredDocument } from '../../store/documents.ts';

/** A system has an address or two, a site a /16 (of IPv6 a /48): what is wider is more than one client needs. */
const WIDEST = { ipv4: 16, ipv6: 48 } as const;

/** Private networks that clients may call and that are wider than one site. */
export function wideNetworks(
  documents: readonly Pick<StoredDocument, 'kind' | 'identifier' | 'body'>[],
): { client: string; network: string }[] {
  const clients = documents.filter(({ kind }) => kind === 'client');
  return clients.flatMap(({ identifier, body }) =>
    networksOf(body)
      .filter(isWide)
      .map((network) => ({ client: identifier, network })),
  );
}

function networksOf(body: string): string[] {
  const { spec } = JSON.parse(body) as { readonly spec?: { readonly allowPrivateNetworks?: readonly string[] } };
  return [...(spec?.allowPrivateNetworks ?? [])];
}

function isWide(network: string): boolean {
  const [address = '', bits] = network.split('/');
  return bits !== undefined && Number(bits) < (isIPv6(address) ? WIDEST.ipv6 : WIDEST.ipv4);
}
