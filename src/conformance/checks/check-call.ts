import { compileCondition } from '../../core/conditions.ts';
import { IntegrationError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import { valueAt } from '../../http/value-at.ts';
import { splitName } from '../../connector/connect.ts';
import type { Operation } from '../../connector/request.ts';
import type { HttpAnswer } from '../../http/types.ts';
import { openClient, StopCheck } from '../fake-client.ts';
import type { OperationManifest } from '../../connector/manifest-schema.ts';
import type { Exchange } from '../fixture-schema.ts';
import type { OperationFixture } from '../fixtures.ts';
import { pathValues } from '../path-values.ts';
import { played } from '../replay.ts';
import { checkArguments } from '../run-fixture.ts';
import type { Check, Suite, Teller } from '../types.ts';
import { connectorPlace, fixturePlace } from './place.ts';

const signal = new AbortController().signal;

export default {
  name: 'check',
  title: 'The call of the connection test can be made, and its fixture answers it',
  async run(suite, tell) {
    const { check, clientEntities } = suite.connector.manifest;
    if (!check) {
      if (!clientEntities)
        tell.warn(connectorPlace('check'), 'is missing: name a cheap read that "Test connection" makes');
      return;
    }
    checkHints(check.hints ?? {}, tell);
    await checkCall(suite, check.operation, tell);
  },
} satisfies Check;

/** Codes that a connection test can end with. */
const CODES = [
  ...['ERR_CLIENT_REFUSED', 'ERR_GRANT_REFUSED', 'ERR_SCOPE_REFUSED', 'ERR_SCOPE_MISSING', 'ERR_GRANT_NOT_ALLOWED'],
  ...[
    'ERR_TOKEN_URL_WRONG',
    'ERR_TOKEN_REFUSED',
    'ERR_TOKEN_REFUSED_REQUEST',
    'ERR_TOKEN_ANSWER',
    'ERR_SIGN_IN_LOCKED',
  ],
  ...['ERR_NOT_CONNECTED', 'ERR_CONNECT_AGAIN', 'ERR_FORBIDDEN', 'ERR_NOT_FOUND', 'ERR_REFUSED', 'ERR_HTTP_STATUS'],
  ...['ERR_RATE_LIMITED', 'ERR_NOT_JSON', 'ERR_JSON_INVALID', 'ERR_REDIRECTED', 'ERR_NOT_DISCOVERED', 'ERR_DISCOVERY'],
  ...['ERR_CREDENTIAL', 'ERR_SKIPPED'],
];

function checkHints(hints: Readonly<Record<string, string>>, tell: Teller): void {
  for (const key of Object.keys(hints)) {
    if (CODES.includes(key) || /^[1-5]\d\d$/.test(key)) tell.pass();
    else {
      const message = `"${key}" is no status and no code that a connection test ends with${didYouMean(key, CODES)}`;
      tell.fail(connectorPlace(`check.hints.${key}`), message);
    }
  }
}

async function checkCall(suite: Suite, name: string, tell: Teller): Promise<void> {
  const [entity, operationName] = splitName(name);
  const fixtures = suite.fixtures.operations.filter(
    (each) => each.entity === entity && each.operation === operationName && !each.error,
  );
  const [fixture, exchange] = goodAnswer(fixtures, suite.connector.entities.get(entity)?.operations[operationName]);
  const { client, calls } = openClient(suite.connector, suite.client, () => {
    if (!exchange) throw new StopCheck('no fixture');
    return played(exchange);
  });
  try {
    const operation = client.operation(entity, operationName);
    const given = await client.call(operation, checkArguments(client), signal);
    if (!fixture) return;
    const problem = answerProblem(suite, operation, given);
    if (problem === undefined) tell.pass();
    else tell.fail(fixturePlace(fixture, 'answer'), problem);
  } catch (error) {
    if (error instanceof StopCheck && calls.length > 0) tellUnrecorded(name, tell);
    else if (error instanceof IntegrationError) {
      tell.fail(connectorPlace('check'), `the call fails with ${error.code}: ${error.message}`);
    } else throw error;
  }
}

/** The first recorded call of the operation itself that went well. */
function goodAnswer(
  fixtures: readonly OperationFixture[],
  manifest: OperationManifest | undefined,
): [OperationFixture, Exchange] | [undefined, undefined] {
  for (const fixture of fixtures) {
    const exchange = fixture.exchanges.find(
      ({ request, status }) =>
        status < 300 &&
        request.method === manifest?.method &&
        pathValues(manifest.path, request.path ?? '') !== undefined,
    );
    if (exchange) return [fixture, exchange];
  }
  return [undefined, undefined];
}

function tellUnrecorded(name: string, tell: Teller): void {
  // The request itself could be made.
  tell.pass();
  tell.warn(connectorPlace('check.operation'), `has no fixture of a good call: record one in fixtures/${name}.json`);
}

function answerProblem({ connector }: Suite, { manifest }: Operation, given: HttpAnswer): string | undefined {
  const { status, headers, body = null } = given;
  const { expect } = connector.manifest.check ?? {};
  if (expect !== undefined && !compileCondition(expect, 'check.expect')({ status, headers, body })) {
    return 'is not what "check.expect" asks for: correct one of the two';
  }
  if (manifest.records === undefined) return undefined;
  const paths = typeof manifest.records === 'string' ? [manifest.records] : manifest.records;
  if (paths.some((path) => valueAt(body, path) !== undefined)) return undefined;
  return `has nothing at ${paths.map((path) => `"${path}"`).join(' or ')}, where the operation has its rows`;
}
