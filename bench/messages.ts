import type { Usage } from './usage.ts';

/** How to reach one of the two sandbox Halos. */
export interface HaloAccess {
  readonly url: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The sandbox process: where tickets are read, and where assets are counted. */
export interface SandboxAccess {
  readonly source: HaloAccess;
  readonly target: HaloAccess;
}

/** What the sandbox process is asked. */
export type SandboxJob =
  | { readonly kind: 'start'; readonly records: number; readonly targetDelayMs?: number }
  | { readonly kind: 'count' }
  /** When each key came; forgets those it has told. */
  | { readonly kind: 'arrivals' };

/** Keys in the order they came, with the moment as epoch milliseconds with fractions. */
export type Arrivals = readonly (readonly [key: string, at: number])[];

/** What arrived at the target. */
export interface Arrived {
  readonly posted: number;
  /** Different keys. */
  readonly distinct: number;
  /** Records whose key had come before. */
  readonly repeated: number;
  readonly keyless: number;
}

/** One measured run through the platform. */
export interface PlatformJob {
  readonly sandbox: SandboxAccess;
  readonly records: number;
  /** Whether records are looked up in the target by their key before they are created. */
  readonly matches: boolean;
  /** Records of one call to the target. */
  readonly batchSize: number;
  /** Settings of the platform, as its environment would say them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the platform says of its run. */
export interface PlatformReport extends Usage {
  readonly status: string;
  readonly announced: number | null;
  readonly received: number;
  /** Tasks by state. */
  readonly tasks: Readonly<Record<string, number>>;
  /** The run's error, and those of the first tasks that are not finished. */
  readonly errors: readonly string[];
}

/** One measured run of the loop without a platform. */
export interface BareJob {
  readonly sandbox: SandboxAccess;
  readonly pagesInFlight: number;
  readonly batchSize: number;
  /** Where pages go through a queue, as jobs that hold them. */
  readonly queue?: { readonly redisUrl: string; readonly prefix: string } | undefined;
}

export interface BareReport extends Usage {
  readonly announced: number;
  readonly received: number;
}

/** The service written by hand that takes webhooks: see `by-hand-process.ts`. */
export interface HookServiceJob {
  readonly sandbox: SandboxAccess;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly secret: string;
}

/** What loading all connectors cost. */
export interface LoadingReport {
  readonly connectors: number;
  readonly seconds: number;
  /** Resident memory that was not there before. */
  readonly megabytes: number;
}
