import { ConfigError } from '../core/errors.ts';
import type { AddressGuard } from '../http/address-guard.ts';

/** Hosts that a client may call: its base URL's, those its connector names, and addresses of its form. */
export interface DeclaredHosts {
  /** Adds the host of an address. */
  addUrl(url: string): void;
  /** Adds a host, "*.example.com" for every host below one. */
  addPattern(pattern: string): void;
  /** A guard that refuses every other host before anything is sent: tokens, next pages and discovered addresses alike. */
  guard(inner: AddressGuard): AddressGuard;
}

/**
 * Creates the list of one client.
 *
 * @param client Names the client in errors.
 */
export function createDeclaredHosts(client: string): DeclaredHosts {
  const hosts = new Set<string>();
  const parents = new Set<string>();
  const allows = ({ host, hostname }: URL): boolean =>
    hosts.has(host) || [...parents].some((parent) => hostname.endsWith(parent));
  return {
    addUrl(url) {
      if (URL.canParse(url)) hosts.add(new URL(url).host);
    },
    addPattern(pattern) {
      if (pattern.startsWith('*.')) parents.add(pattern.slice(1).toLowerCase());
      else hosts.add(pattern.toLowerCase());
    },
    guard: (inner) => ({
      lookup: inner.lookup,
      assertHost(url) {
        const parsed = inner.assertHost(url);
        if (!allows(parsed)) throw notDeclared(client, parsed.host);
        return parsed;
      },
    }),
  };
}

function notDeclared(client: string, host: string): ConfigError {
  return new ConfigError(
    'ERR_HOST_NOT_DECLARED',
    `${client}: ${host} is not among the hosts that its connector declares, so it is not called. If it is meant, add it to "hosts" in connector.json`,
    { details: { client, host } },
  );
}
