import { lookup as lookupAll, type LookupAddress, type LookupAllOptions, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ConfigError } from '../core/errors.ts';

/** Keeps calls away from addresses that are not public (SSRF), unless an administrator allowed them. */
export interface AddressGuard {
  /** Look-up for sockets. Answers only when every address of the name may be called. */
  readonly lookup: LookupFunction;
  /**
   * Checks what can be told without a look-up: scheme, and hosts written as an address in any notation.
   *
   * @returns The parsed address.
   * @throws ConfigError ERR_ADDRESS_INVALID, ERR_ADDRESS_BLOCKED.
   */
  assertHost(url: string | URL): URL;
}

/** A guard that lets more through for one client. */
export interface OpenableGuard extends AddressGuard {
  /** The same guard with further networks. @throws ConfigError ERR_SETTING */
  open(networks: readonly string[]): AddressGuard;
}

/** Looks up all addresses of a name; replaced in tests. */
type Resolve = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** What a guard lets through. */
export interface AddressGuardOptions {
  /** CIDRs or single addresses that may be called besides public ones. */
  readonly allow: readonly string[];
  readonly resolve?: Resolve;
}

/**
 * Networks that are not public: the IANA special-purpose registries, and the IPv6 forms that carry an IPv4
 * address to somewhere else (NAT64, 6to4, Teredo). IPv4-mapped addresses are checked by BlockList itself.
 */
const NOT_PUBLIC = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  ...['::/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/32', '2001:db8::/32'],
  ...['2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

/** Addresses whose answer a guard remembers. */
const MOST_REMEMBERED = 1000;

const SETTING = 'SLUICE_ALLOW_PRIVATE_NETWORKS';
const blocked = toBlockList(NOT_PUBLIC);

/**
 * Creates the guard that stands in front of every call.
 *
 * The addresses that were checked are the ones the socket connects to, so a name that changes its address between
 * check and call (DNS rebinding) gains nothing.
 *
 * @throws ConfigError ERR_SETTING when an entry of `allow` is neither a CIDR nor an address.
 */
export function createAddressGuard({ allow, resolve = lookupAll }: AddressGuardOptions): OpenableGuard {
  const mayCall = remembered(withAllowed(toBlockList(allow)));
  return {
    open: (networks) => createAddressGuard({ allow: [...allow, ...networks], resolve }),
    lookup: guardedLookup(mayCall, resolve),
    assertHost(url) {
      const parsed = parseAddress(url);
      const host = withoutBrackets(parsed.hostname);
      if (isIP(host) !== 0 && !mayCall(host)) throw blockedError(host, host);
      return parsed;
    },
  };
}

function withAllowed(allowed: BlockList): (address: string) => boolean {
  return (address) => isIn(allowed, address) || !isIn(blocked, address);
}

/** Every call asks, mostly of the same few addresses, and a list is slow to answer. */
function remembered(mayCall: (address: string) => boolean): (address: string) => boolean {
  const answers = new Map<string, boolean>();
  return (address) => {
    const known = answers.get(address);
    if (known !== undefined) return known;
    const answer = mayCall(address);
    if (answers.size >= MOST_REMEMBERED) answers.clear();
    answers.set(address, answer);
    return answer;
  };
}

function guardedLookup(mayCall: (address: string) => boolean, resolve: Resolve): LookupFunction {
  return (host, options: LookupOptions, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      // One forbidden address refuses the name: a name that answers with public and private ones is an attack or a mistake.
      const forbidden = addresses.find(({ address }) => !mayCall(address));
      const first = addresses[0];
      if (forbidden) callback(blockedError(host, forbidden.address), '', 0);
      else if (options.all) callback(null, addresses);
      else if (first) callback(null, first.address, first.family);
      else callback(notFound(host), '', 0);
    });
  };
}

function parseAddress(url: string | URL): URL {
  if (typeof url === 'string' && !URL.canParse(url)) {
    throw new ConfigError('ERR_ADDRESS_INVALID', `"${withoutQuery(url)}" is not a web address`);
  }
  const parsed = typeof url === 'string' ? new URL(url) : url;
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    const shown = `${parsed.protocol}//${parsed.host}`;
    throw new ConfigError('ERR_ADDRESS_INVALID', `${shown} cannot be called: only http and https addresses can`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    const message = `The address of ${parsed.host} must not carry a user name or password; use the sign-in settings`;
    throw new ConfigError('ERR_ADDRESS_INVALID', message);
  }
  return parsed;
}

function blockedError(host: string, address: string): ConfigError {
  const bare = withoutZone(address);
  const cidr = `${bare}/${isIP(bare) === 4 ? 32 : 128}`;
  const what = host === address ? host : `${host} (${address})`;
  return new ConfigError(
    'ERR_ADDRESS_BLOCKED',
    `${what} is not a public address, so it is not called. If it is meant, an administrator adds ${cidr} to "allowPrivateNetworks" of the client, or to ${SETTING} for all`,
    { details: { host, address, setting: SETTING, cidr } },
  );
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`No address for ${host}`), { code: 'ENOTFOUND' });
}

function isIn(list: BlockList, address: string): boolean {
  const bare = withoutZone(address);
  return list.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
}

function toBlockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) addCidr(list, cidr.trim());
  return list;
}

/** Whether a text is a CIDR or an address. */
export function isNetwork(cidr: string): boolean {
  const { version, prefix, longest } = readCidr(cidr);
  return version !== 0 && prefix <= longest;
}

function readCidr(cidr: string): { address: string; version: number; prefix: number; longest: number } {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr);
  const address = match?.[1] ?? '';
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  return { address, version, prefix: Number(match?.[2] ?? longest), longest };
}

function addCidr(list: BlockList, cidr: string): void {
  const { address, version, prefix } = readCidr(cidr);
  if (!isNetwork(cidr)) {
    throw new ConfigError('ERR_SETTING', `${SETTING}: "${cidr}" is not a network; write for example 10.0.0.0/8`);
  }
  list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
}

function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '').slice(0, 200);
}
