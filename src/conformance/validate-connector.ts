import path from 'node:path';
import { type Connector, inspectConnector, type Inspected } from '../connector/load.ts';
import type { Operation } from '../connector/request.ts';
import { ConfigError, IntegrationError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { CHECKS } from './checks/index.ts';
import { readFixtures } from './fixtures.ts';
import { type FixtureRun, runFixture } from './run-fixture.ts';
import { sampleClient, specOf } from './sample-client.ts';
import type { Check, CheckReport, ConnectorReport, Finding, Level, Place, Suite, Teller } from './types.ts';

/** How a connector is checked. */
export interface ValidateOptions {
  /** Folders in which a connector that it extends is looked for besides the one beside it. */
  readonly others?: readonly string[];
  /** Only one operation, as entity.operation. */
  readonly only?: string | undefined;
  /** Stable lists without a fixture are failures. */
  readonly isStrict?: boolean;
}

/**
 * Checks a connector without network and database: its files, and what it does against its recorded calls and against
 * sources that misbehave.
 *
 * @throws ConfigError ERR_ENTITY_UNKNOWN, ERR_OPERATION_UNKNOWN when there is nothing that is called as `only`.
 */
export async function validateConnector(folder: string, options: ValidateOptions = {}): Promise<ConnectorReport> {
  const inspected = inspectConnector(folder, ...(options.others ?? []));
  const { connector } = inspected;
  const files = await report(filesCheck(folder, inspected, connector), undefined);
  const base = { folder, connector: connector?.name ?? path.basename(path.resolve(folder)) };
  if (!connector) return { ...base, entities: 0, operations: 0, isOk: false, checks: [files] };
  const suite = createSuite(inspected.folders, connector, options);
  const checks = [files, await report(fixturesCheck(suite), suite)];
  for (const check of CHECKS) checks.push(await report(check, suite));
  const operations = operationsOf(connector).length;
  const isOk = checks.every(({ failed }) => failed === 0);
  return { ...base, entities: connector.entities.size, operations, isOk, checks };
}

function createSuite(
  folders: readonly string[],
  connector: Connector,
  { only, isStrict = false }: ValidateOptions,
): Suite {
  const fixtures = readFixtures(folders, connector);
  const client = sampleClient(connector, fixtures.client);
  const runs = new Map<string, Promise<FixtureRun>>();
  return {
    connector,
    fixtures,
    client,
    operations: chosen(operationsOf(connector), only),
    isStrict,
    fixturesOf: ({ entity, name }) =>
      fixtures.operations.filter((each) => each.entity === entity.name && each.operation === name),
    run(fixture) {
      const known = runs.get(fixture.file) ?? runFixture(connector, client, fixture);
      runs.set(fixture.file, known);
      return known;
    },
  };
}

function operationsOf({ entities }: Connector): Operation[] {
  return [...entities.values()].flatMap((entity) =>
    Object.entries(entity.operations).map(([name, manifest]) => ({ entity, name, manifest })),
  );
}

function chosen(operations: readonly Operation[], only: string | undefined): readonly Operation[] {
  if (only === undefined) return operations;
  const found = operations.filter(({ entity, name }) => `${entity.name}.${name}` === only);
  if (found.length > 0) return found;
  const known = operations.map(({ entity, name }) => `${entity.name}.${name}`);
  throw new ConfigError('ERR_OPERATION_UNKNOWN', `There is no operation "${only}"${didYouMean(only, known)}`);
}

/** Runs a check that never needs the connector to be loaded as well as one that does. */
async function report(check: Pick<Check, 'name' | 'title'> & RunsOn, suite: Suite | undefined): Promise<CheckReport> {
  const startedAt = performance.now();
  const findings: Finding[] = [];
  let passed = 0;
  const add =
    (level: Level) =>
    (place: Place, message: string, count = 1) =>
      void findings.push({ level, ...place, message, count });
  const tell: Teller = {
    pass: (count = 1) => {
      passed += count;
    },
    ...{ fail: add('failure'), warn: add('warning'), unknown: add('unknown') },
  };
  await runGuarded(check, suite as Suite, tell);
  const count = (level: Level): number =>
    findings.filter((each) => each.level === level).reduce((sum, each) => sum + each.count, 0);
  const durationMs = Math.round(performance.now() - startedAt);
  const counts = { failed: count('failure'), warned: count('warning'), unknown: count('unknown') };
  return { name: check.name, title: check.title, passed, ...counts, durationMs, findings };
}

interface RunsOn {
  run(suite: Suite, tell: Teller): Promise<void> | void;
}

/** An error of ours that nobody expected is a finding like others, so that the checks after it still run. */
async function runGuarded(check: Pick<Check, 'name'> & RunsOn, suite: Suite, tell: Teller): Promise<void> {
  try {
    await check.run(suite, tell);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    tell.fail({ subject: check.name, file: 'connector.json', path: '' }, `${error.code}: ${error.message}`);
  }
}

function filesCheck(folder: string, { problems }: Inspected, connector: Connector | undefined): Check {
  return {
    name: 'files',
    title: 'Every file follows its schema, and everything that is named is there',
    run(_suite, tell) {
      for (const { file, problems: found } of problems) {
        const below = path.relative(path.resolve(folder), file);
        const shown = file === '' || below.startsWith('..') ? file : below;
        for (const { path: at, message } of found) tell.fail({ subject: shown, file: shown, path: at }, message);
      }
      tell.pass(1 + (connector?.entities.size ?? 0));
    },
  };
}

function fixturesCheck({ connector, client, fixtures }: Suite): Check {
  return {
    name: 'fixtures',
    title: 'Fixtures can be read, and the sample client fits the form',
    run(_suite, tell) {
      for (const { file, path: at, message } of fixtures.problems)
        tell.fail({ subject: file, file, path: at }, message);
      const place = { subject: 'client', file: 'fixtures/client.json', path: '' };
      if (!client.isGiven) tell.warn(place, 'is missing: checks use made-up values; give a sample client');
      const { problems } = specOf(connector, client);
      for (const { path: at, message } of problems) tell.fail({ ...place, path: at.replace(/^spec\./, '') }, message);
      tell.pass(fixtures.operations.length + fixtures.signIns.length + (problems.length === 0 ? 1 : 0));
    },
  };
}
