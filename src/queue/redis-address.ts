/** One server of an address. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where Redis or Valkey is, as REDIS_URL says. */
export interface RedisAddress {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  /** The server; sentinels; or some nodes of a cluster. */
  readonly nodes: readonly RedisNode[];
  readonly isTls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Number of the database; 0 in a cluster. */
  readonly database: number;
  /** Name of the master, for sentinels. */
  readonly master?: string;
  /** Password of the sentinels themselves, where they have one of their own. */
  readonly sentinelPassword?: string;
}

const FORM = /^(redis|valkey)(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i;
const DEFAULT_PORTS = { single: 6379, cluster: 6379, sentinel: 26379 } as const;

/**
 * Reads an address:
 *
 * - `redis://user:password@host:6379/0`, `rediss://` with TLS, `valkey://` and `valkeys://` alike;
 * - `redis+sentinel://host1:26379,host2:26379/mastername?db=0&sentinelPassword=…`;
 * - `redis+cluster://host1:6379,host2:6379`.
 *
 * @returns What is wrong with it as a sentence without subject; the text itself is not in it.
 */
export function readRedisAddress(text: string): RedisAddress | { readonly problem: string } {
  const match = FORM.exec(text);
  if (!match) {
    return {
      problem:
        'must be an address that begins with redis://, rediss://, valkey://, valkeys://, redis+sentinel:// or redis+cluster://',
    };
  }
  const [, , tls = '', form = '', user = '', hosts = '', path = '', query = ''] = match;
  const kind = form === '' ? 'single' : (form.toLowerCase() as 'sentinel' | 'cluster');
  const nodes = hosts.split(',').map((host) => readNode(host, DEFAULT_PORTS[kind]));
  if (nodes.some((node) => !node)) return { problem: 'names a host or port that cannot be read' };
  if (kind === 'single' && nodes.length > 1) {
    return { problem: 'names several hosts; write redis+sentinel:// or redis+cluster:// before them' };
  }
  const options = new URLSearchParams(query);
  const place = readPlace(kind, decode(path), options.get('db'));
  if ('problem' in place) return place;
  const sentinelPassword = options.get('sentinelPassword') ?? undefined;
  return {
    ...{ kind, nodes: nodes as RedisNode[], isTls: tls !== '' },
    ...credentials(user),
    ...place,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
  };
}

function readNode(text: string, defaultPort: number): RedisNode | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(text);
  const port = Number(match?.[2] ?? defaultPort);
  if (!match?.[1] || port < 1 || port > 65535) return undefined;
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

function readPlace(
  kind: RedisAddress['kind'],
  path: string,
  db: string | null,
): Pick<RedisAddress, 'database' | 'master'> | { readonly problem: string } {
  const number = kind === 'single' && path !== '' ? path : (db ?? '0');
  if (!/^\d{1,5}$/.test(number)) return { problem: 'must end in the number of a database, such as /0' };
  if (kind === 'cluster' && (path !== '' || number !== '0')) {
    return { problem: 'must name no database: a cluster has only number 0' };
  }
  if (kind !== 'sentinel') return { database: Number(number) };
  if (path === '')
    return { problem: 'must name the master behind the sentinels: redis+sentinel://host:26379/mymaster' };
  return { database: Number(number), master: path };
}

function credentials(user: string): { username?: string; password?: string } {
  if (user === '') return {};
  const colon = user.indexOf(':');
  const [name, password] = colon < 0 ? [user, ''] : [user.slice(0, colon), user.slice(colon + 1)];
  return { ...(name !== '' && { username: decode(name) }), ...(password !== '' && { password: decode(password) }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
