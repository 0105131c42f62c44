import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type Connector, readJsonFile } from '../connector/load.ts';
import type { OptionsSchema } from '../core/component.ts';
import { ConfigError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { checkSchema, type Problem } from '../core/validation.ts';
import {
  CLIENT_FIXTURE,
  type ClientFixture,
  type Exchange,
  OPERATION_FIXTURE,
  SIGN_IN_FIXTURE,
  type WrittenOperationFixture,
  type WrittenSignInFixture,
} from './fixture-schema.ts';

/** Recorded calls of one operation. */
export interface OperationFixture extends Omit<WrittenOperationFixture, 'exchanges'> {
  /** File below the connector's folder. */
  readonly file: string;
  readonly entity: string;
  readonly operation: string;
  readonly exchanges: readonly Exchange[];
  /** One request and its answer, from which the rest is taken. */
  readonly isShort: boolean;
}

/** Recorded calls of one sign-in. */
export interface SignInFixture extends WrittenSignInFixture {
  readonly file: string;
  readonly authentication: string;
}

/** Everything below `fixtures/`. */
export interface Fixtures {
  readonly client: ClientFixture | undefined;
  readonly operations: readonly OperationFixture[];
  readonly signIns: readonly SignInFixture[];
  /** What is wrong with the files themselves. */
  readonly problems: readonly (Problem & { readonly file: string })[];
}

interface Found {
  client: ClientFixture | undefined;
  operations: OperationFixture[];
  signIns: SignInFixture[];
  problems: (Problem & { file: string })[];
}

/**
 * Reads the fixtures of a connector. What is wrong with one is told and leaves the others alone.
 *
 * @param folders Its folder, then those of the connectors that it extends: it inherits their fixtures, and a file of its
 *   own goes before one of theirs.
 */
export function readFixtures(folders: readonly string[], connector: Connector): Fixtures {
  const found: Found = { client: undefined, operations: [], signIns: [], problems: [] };
  const [own = ''] = folders;
  const seen = new Set<string>();
  for (const folder of folders) readFolder(folder, own, connector, seen, found);
  return found;
}

function readFolder(folder: string, own: string, connector: Connector, seen: Set<string>, found: Found): void {
  const place = path.join(folder, 'fixtures');
  if (!existsSync(place)) return;
  const names = readdirSync(place).filter((name) => name.endsWith('.json') && !seen.has(name));
  for (const name of names.sort()) {
    seen.add(name);
    const file = path.relative(own, path.join(place, name));
    const source = readSource(path.join(place, name), file, found);
    if (source !== undefined) sortIn(source, name, file, connector, found);
  }
}

function readSource(place: string, file: string, { problems }: Found): unknown {
  try {
    return readJsonFile(place);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push({ file, path: '', message: error.message });
    return undefined;
  }
}

function sortIn(source: unknown, name: string, file: string, connector: Connector, found: Found): void {
  const parse = (schema: OptionsSchema): unknown => {
    const { value, problems } = checkSchema(schema, source);
    found.problems.push(...problems.map((problem) => ({ ...problem, file })));
    return problems.length === 0 ? value : undefined;
  };
  const [first = '', second = ''] = name.split('.');
  if (name === 'client.json') {
    found.client = parse(CLIENT_FIXTURE) as ClientFixture | undefined;
  } else if (first === 'sign-in') {
    if (!isKnown('authentication', second, Object.keys(connector.manifest.authentications), file, found)) return;
    const fixture = parse(SIGN_IN_FIXTURE) as WrittenSignInFixture | undefined;
    if (fixture) found.signIns.push({ ...fixture, file, authentication: second });
  } else {
    if (!isKnown('entity', first, [...connector.entities.keys()], file, found)) return;
    const known = Object.keys(connector.entities.get(first)?.operations ?? {});
    if (!isKnown(`operation of ${first}`, second, known, file, found)) return;
    const fixture = parse(OPERATION_FIXTURE) as WrittenOperationFixture | undefined;
    if (fixture) addOperation(fixture, { file, entity: first, operation: second }, found);
  }
}

/** Whether a part of a file's name names something; tells it where not. */
function isKnown(what: string, name: string, known: readonly string[], file: string, { problems }: Found): boolean {
  if (known.includes(name)) return true;
  const message = `is named after the ${what} "${name}", which there is not${didYouMean(name, known)}; name it <entity>.<operation>[.<variant>].json or sign-in.<authentication>[.<variant>].json`;
  problems.push({ file, path: '', message });
  return false;
}

function addOperation(
  fixture: WrittenOperationFixture,
  place: Pick<OperationFixture, 'file' | 'entity' | 'operation'>,
  { operations, problems }: Found,
): void {
  const { exchanges, request, status, headers, answer } = fixture;
  if (exchanges) {
    operations.push({ ...fixture, ...place, exchanges, isShort: false });
  } else if (request) {
    operations.push({ ...fixture, ...place, exchanges: [{ request, status, headers, answer }], isShort: true });
  } else {
    problems.push({
      file: place.file,
      path: 'exchanges',
      message: 'is missing: the calls in order, each with "request" and "answer"',
    });
  }
}
