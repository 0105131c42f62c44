import type { Connector } from '../connector/load.ts';
import type { Operation } from '../connector/request.ts';
import type { Fixtures, OperationFixture } from './fixtures.ts';
import type { FixtureRun } from './run-fixture.ts';
import type { SampleClient } from './sample-client.ts';

/** How bad a finding is. "unknown": the source's own signs do not tell, so nobody can. */
export type Level = 'failure' | 'warning' | 'unknown';

/** One thing that a check found. */
export interface Finding {
  readonly level: Level;
  /** What it is about: `tickets.list`, or a file. */
  readonly subject: string;
  /** File below the connector's folder. */
  readonly file: string;
  /** Path inside the file; '' where it is about all of it. */
  readonly path: string;
  /** What is wrong, and what to do. */
  readonly message: string;
  /** Cases that it stands for. */
  readonly count: number;
}

/** Result of one check. */
export interface CheckReport {
  readonly name: string;
  /** What holds when it passes, as a sentence. */
  readonly title: string;
  /** Assertions that held. */
  readonly passed: number;
  readonly failed: number;
  readonly warned: number;
  readonly unknown: number;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

/** Result of all checks of one connector. */
export interface ConnectorReport {
  readonly connector: string;
  readonly folder: string;
  readonly entities: number;
  readonly operations: number;
  readonly isOk: boolean;
  readonly checks: readonly CheckReport[];
}

/** What a check tells while it runs. */
export interface Teller {
  /** Counts assertions that held. */
  pass(count?: number): void;
  /** @param count Cases that it stands for; 1 unless given. */
  fail(place: Place, message: string, count?: number): void;
  warn(place: Place, message: string, count?: number): void;
  unknown(place: Place, message: string, count?: number): void;
}

/** Where something was found. */
export type Place = Pick<Finding, 'subject' | 'file' | 'path'>;

/** What all checks of one connector share. */
export interface Suite {
  readonly connector: Connector;
  readonly fixtures: Fixtures;
  readonly client: SampleClient;
  /** Operations that are checked: all, or the one that was asked for. */
  readonly operations: readonly Operation[];
  /** Warnings that a stable operation must not have are failures. */
  readonly isStrict: boolean;
  /** Fixtures of an operation. */
  fixturesOf(operation: Operation): readonly OperationFixture[];
  /** Plays a fixture; once, whoever asks. */
  run(fixture: OperationFixture): Promise<FixtureRun>;
}

/** One check: a name, a sentence that holds when it passes, and what it does. */
export interface Check {
  readonly name: string;
  readonly title: string;
  run(suite: Suite, tell: Teller): Promise<void> | void;
}
