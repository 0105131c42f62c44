import type { SeedSizes } from './seed/sizes.ts';

/** Halo's rolling window over all requests of a tenant. */
interface RateLimitOptions {
  /** Requests in one window; default 500. */
  readonly requests?: number;
  /** Length of the window; default 300. */
  readonly windowSeconds?: number;
  /** Sends Retry-After with a 429; default false, because nobody has seen Halo do it. */
  readonly retryAfter?: boolean;
}

/** How a sandbox Halo is set up; everything has a default. */
export interface SandboxHaloOptions {
  /** Port on 127.0.0.1; default 0, any free one. */
  readonly port?: number;
  readonly tenant?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly username?: string;
  readonly password?: string;
  /** Life of an access token; default 3600. */
  readonly expiresInSeconds?: number;
  /** Scopes the application was granted; a token never has more. Default: all of them. */
  readonly grantedScopes?: readonly string[];
  /** Entities the agent may not see: their lists come back empty rather than failing. */
  readonly hiddenEntities?: readonly string[];
  /** Rows of a page that Halo cuts larger wishes to; default 100. */
  readonly maxPageSize?: number;
  /** Rows of a page of assets, whatever is asked for; default 50. */
  readonly assetPageSize?: number;
  /** `results` wraps /Agent as one HaloITSM client saw it; default `array`. */
  readonly agentEnvelope?: 'array' | 'results';
  /** What a POST of several elements answers; `object` is the last stored one. Default `array`. */
  readonly multiPostAnswer?: 'array' | 'object';
  /** One refused element refuses the whole array; default true. False stores what stands before it. */
  readonly atomicPosts?: boolean;
  /** Names of custom fields of which the first write on a record adds the field but not its value, as people report. */
  readonly losesFirstWrites?: readonly string[];
  /** Outcomes the agent may not use: "You do not have access to this Action at the moment". */
  readonly blockedOutcomes?: readonly number[];
  /** Ticket types whose workflow refuses a plain create. */
  readonly workflowTicketTypes?: readonly number[];
  /** False switches the limit off. Default: 500 requests in 300 s. */
  readonly rateLimit?: RateLimitOptions | false;
  /** How many records there are at the start; without it only the configuration (statuses, agents, …). */
  readonly seed?: SeedSizes;
  /** Tickets that are computed from their index and never stored; read only. Takes the place of `seed.tickets`. */
  readonly syntheticTickets?: number;
  /** `count` answers creates as usual and keeps only counters of their keys; default `store`. */
  readonly sinkMode?: 'store' | 'count';
  /** Fields that make the key of a counted record; the first that has a value. */
  readonly sinkKeyFields?: readonly string[];
  /** Instant the seeded data leads up to, ISO 8601; default 2026-11-01T00:00:00. */
  readonly baseDate?: string;
  /** Requests the log remembers; default 5000. */
  readonly requestLogSize?: number;
  /** The clock, epoch milliseconds; default Date.now. */
  readonly now?: () => number;
}

/** Options with their defaults. */
export type Settings = Required<Omit<SandboxHaloOptions, 'rateLimit' | 'seed' | 'grantedScopes'>> & {
  readonly rateLimit: Required<RateLimitOptions> | false;
  readonly seed: SeedSizes;
  readonly grantedScopes: readonly string[] | undefined;
};

const DEFAULTS = {
  port: 0,
  tenant: 'sandbox',
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-secret',
  username: 'api-agent',
  password: 'sandbox-password',
  expiresInSeconds: 3600,
  hiddenEntities: [],
  maxPageSize: 100,
  assetPageSize: 50,
  agentEnvelope: 'array',
  multiPostAnswer: 'array',
  atomicPosts: true,
  losesFirstWrites: [],
  blockedOutcomes: [],
  workflowTicketTypes: [],
  seed: {},
  syntheticTickets: 0,
  sinkMode: 'store',
  sinkKeyFields: ['inventory_number', 'key_field', 'third_party_id', 'emailaddress', 'name', 'summary'],
  baseDate: '2026-11-01T00:00:00',
  requestLogSize: 5000,
  now: Date.now,
} as const satisfies SandboxHaloOptions;

/** Fills in what the caller left out. */
export function resolveOptions(options: SandboxHaloOptions): Settings {
  const { rateLimit = {}, grantedScopes, ...rest } = options;
  return {
    ...DEFAULTS,
    ...rest,
    grantedScopes,
    rateLimit: rateLimit && { requests: 500, windowSeconds: 300, retryAfter: false, ...rateLimit },
  };
}
