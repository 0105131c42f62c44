import { compileErrorRules } from '../../connector/compile-operation.ts';
import type { Operation } from '../../connector/request.ts';
import { AuthError, RateLimitError } from '../../core/errors.ts';
import type { RawAnswer } from '../../http/transport.ts';
import type { ErrorRule } from '../../http/types.ts';
import { answer, type FakeClient, openClient } from '../fake-client.ts';
import { type CallOutcome, oneCall } from '../one-call.ts';
import type { Check, Suite, Teller } from '../types.ts';
import { operationPlace } from './place.ts';
import { representatives } from './representatives.ts';

export default {
  name: 'statuses',
  title: '401, 403, 429 and 500 do what the connector says, and no write is sent twice',
  async run(suite, tell) {
    for (const operation of representatives(suite)) {
      const fake = openClient(suite.connector, suite.client, () => GOOD_ANSWER);
      for (const example of EXAMPLES) await checkStatus(suite, fake, operation, example, tell);
    }
  },
} satisfies Check;

interface Example {
  readonly name: string;
  readonly first: RawAnswer;
  /** What follows; a good answer unless given. */
  readonly later?: RawAnswer;
  /** What HTTP itself says of it. */
  readonly then: ErrorRule['then'];
}

const TOLD = { message: 'made up' };
const WAIT_SECONDS = 7;

const EXAMPLES: readonly Example[] = [
  { name: '401 once', first: answer(TOLD, 401), then: 'renew-token' },
  { name: '401 always', first: answer(TOLD, 401), later: answer(TOLD, 401), then: 'renew-token' },
  { name: '403', first: answer(TOLD, 403), then: 'fail' },
  { name: '429', first: answer(TOLD, 429, { 'retry-after': String(WAIT_SECONDS) }), then: 'rate-limited' },
  { name: '500 once', first: answer(TOLD, 500), then: 'retry' },
];

const GOOD_ANSWER = answer(undefined, 204);

async function checkStatus(
  suite: Suite,
  fake: FakeClient,
  operation: Operation,
  example: Example,
  tell: Teller,
): Promise<void> {
  const { connector } = suite;
  const outcome = await oneCall(fake, operation, ({ index }) =>
    index === 0 ? example.first : (example.later ?? GOOD_ANSWER),
  );
  const rules = compileErrorRules([...(operation.manifest.errors ?? []), ...(connector.manifest.errors ?? [])]);
  const then = rules.find(({ when }) => when(example.first))?.then ?? example.then;
  const expected = EXPECTED[then]({
    isRepeatable: operation.manifest.repeatable ?? ['GET', 'DELETE'].includes(operation.manifest.method),
    canRenew: canRenew(suite),
    isLasting: example.later !== undefined,
  });
  const problem = problemOf(outcome, expected);
  if (problem === undefined) tell.pass();
  else tell.fail(operationPlace(operation), `${example.name} (${then}): ${problem}`);
}

interface Situation {
  readonly isRepeatable: boolean;
  readonly canRenew: boolean;
  readonly isLasting: boolean;
}

interface Expected {
  readonly calls: number;
  readonly ends: 'well' | 'sign-in' | 'rate-limit' | 'error';
  readonly waits?: true;
}

const GOOD: Expected = { calls: 1, ends: 'well' };
const BAD: Expected = { calls: 1, ends: 'error' };

const EXPECTED: Readonly<Record<ErrorRule['then'], (situation: Situation) => Expected>> = {
  accept: () => GOOD,
  empty: () => GOOD,
  fail: () => BAD,
  'skip-record': () => BAD,
  retry: ({ isRepeatable }) => (isRepeatable ? { calls: 2, ends: 'well' } : BAD),
  'renew-token': ({ canRenew, isLasting }) => ({
    calls: canRenew ? 2 : 1,
    ends: canRenew && !isLasting ? 'well' : 'sign-in',
  }),
  'rate-limited': ({ isRepeatable }) =>
    isRepeatable ? { calls: 2, ends: 'well', waits: true } : { calls: 1, ends: 'rate-limit' },
  locked: () => ({ calls: 1, ends: 'rate-limit' }),
};

function problemOf({ calls, error, waitedMs }: CallOutcome, expected: Expected): string | undefined {
  const told = error ? `${error.code}: ${error.message}` : 'no error';
  if (calls > expected.calls) return `${calls} calls are made, ${expected.calls} expected; it ends with ${told}`;
  if (expected.ends === 'well' && error) return `ends with ${told}`;
  if (expected.ends === 'error' && !error) return 'is taken for a good answer';
  if (expected.ends === 'sign-in' && !(error instanceof AuthError))
    return `ends with ${told}, not with a sign-in error`;
  if (expected.ends === 'rate-limit' && !(error instanceof RateLimitError))
    return `ends with ${told}, not with a pause`;
  if (calls < expected.calls) return `${calls} calls are made, ${expected.calls} expected`;
  return expected.waits && waitedMs === 0 ? 'is tried again at once: nothing tells how long to wait' : undefined;
}

/** Sign-ins that send what they were given cannot get anything newer. */
const FIXED = ['none', 'api-key', 'basic', 'bearer'];

function canRenew({ connector, client }: Suite): boolean {
  const type = connector.manifest.authentications[client.authentication]?.authenticator.type ?? 'none';
  return !FIXED.includes(type);
}
