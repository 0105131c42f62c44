import type { FakeClient } from '../fake-client.ts';
import { answer, NOON, openClient, StopCheck } from '../fake-client.ts';
import { AuthError, IntegrationError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import { createMemoryTokenStore } from '../../http/memory-token-store.ts';
import { createReplay } from '../replay.ts';
import type { SignInFixture } from '../fixtures.ts';
import { missingParts } from '../compare.ts';
import { signInAs } from '../sign-in-as.ts';
import { messageProblems } from './fixture-problems.ts';
import { representatives } from './representatives.ts';
import type { Check, Suite, Teller } from '../types.ts';
import { connectorPlace } from './place.ts';
import { oneCall } from '../one-call.ts';

const signal = new AbortController().signal;

export default {
  name: 'sign-in',
  title: 'Signing in asks as recorded, signs calls, and says what is wrong with credentials',
  async run(suite, tell) {
    const { authentications } = suite.connector.manifest;
    for (const [name, { authenticator }] of Object.entries(authentications)) {
      const own = suite.fixtures.signIns.filter(({ authentication }) => authentication === name);
      const place = connectorPlace(`authentications.${name}`, name);
      if (own.length === 0 && authenticator.type !== 'none') {
        tell.warn(place, `has no fixture: record its calls and credentials in fixtures/sign-in.${name}.json`);
      }
      for (const fixture of own) await checkFixture(suite, fixture, tell);
      await checkRefusal(suite, name, own, tell);
    }
  },
} satisfies Check;

async function checkFixture(suite: Suite, fixture: SignInFixture, tell: Teller): Promise<void> {
  const place = (path: string) => ({ subject: fixture.authentication, file: fixture.file, path });
  const replay = createReplay(fixture.exchanges, () => ({
    baseUrl: '',
    isCredential: () => false,
    isBodyOptional: true,
  }));
  let fake: FakeClient | undefined;
  let error: IntegrationError | undefined;
  let problems: { path: string; message: string }[] = [];
  try {
    fake = openClient(suite.connector, suite.client, replay.respond, {
      authentication: fixture.authentication,
      parameters: fixture.parameters as DataRecord | undefined,
      now: fixture.now === undefined ? NOON : Date.parse(fixture.now),
      tokens: createMemoryTokenStore(),
    });
    await signInAs(fake, fixture, () => replay.unused().length, signal);
    problems = replay
      .unused()
      .map((index) => ({ path: `exchanges[${index}]`, message: 'was recorded but is never sent' }));
    problems.push(...(await credentialProblems(fake, fixture)));
  } catch (thrown) {
    if (!(thrown instanceof IntegrationError || thrown instanceof StopCheck)) throw thrown;
    if (thrown instanceof IntegrationError) error = thrown;
  }
  problems.push(...replay.deviations.map(({ index, message }) => ({ path: `exchanges[${index}].request`, message })));
  if (replay.deviations.length === 0 && fixture.error?.code !== error?.code) {
    const told = error ? `it ends with ${error.code}: ${error.message}` : 'it succeeds';
    problems.push({ path: 'error.code', message: `${fixture.error?.code ?? 'no error'} is expected, but ${told}` });
  }
  problems.push(...messageProblems(fixture.error, error));
  if (problems.length === 0) tell.pass(1 + fixture.exchanges.length);
  for (const { path, message } of problems) tell.fail(place(path), message);
}

/** What a call carries once it is signed in. */
async function credentialProblems(
  fake: FakeClient,
  { credentials, error }: SignInFixture,
): Promise<{ path: string; message: string }[]> {
  if (!credentials || error) return [];
  const base = await fake.client.inside.prepare(signal);
  fake.answerWith(() => answer(undefined, 204));
  await fake.client.inside.http.send({ method: 'GET', url: base.url, repeatable: true }, signal);
  const [call] = fake.calls;
  const sent = Object.entries(call?.request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const wanted = Object.entries(credentials.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const [headers, expected] = [Object.fromEntries(sent), Object.fromEntries(wanted)] as [DataRecord, DataRecord];
  const query = Object.fromEntries(call?.url.searchParams ?? []);
  const texts = Object.fromEntries(Object.entries(credentials.query).map(([name, value]) => [name, String(value)]));
  const isAny = (message: string): boolean => message.endsWith('not "*"') && !message.includes('is nothing');
  return [...missingParts(headers, expected, 'headers'), ...missingParts(query, texts, 'query')]
    .filter((message) => !isAny(message))
    .map((message) => ({ path: 'credentials', message }));
}

/** Refused credentials are an error that says which setting to look at. */
async function checkRefusal(
  suite: Suite,
  authentication: string,
  own: readonly SignInFixture[],
  tell: Teller,
): Promise<void> {
  const [operation] = representatives(suite);
  const { authenticator } = suite.connector.manifest.authentications[authentication] ?? {};
  if (!operation || !authenticator || authenticator.type === 'none') return;
  const parameters = own.find(({ error }) => !error)?.parameters as DataRecord | undefined;
  const refuse = () => answer({ error: 'invalid_client', message: 'made up' }, 401);
  const fake = openClient(suite.connector, suite.client, refuse, {
    authentication,
    parameters,
    tokens: createMemoryTokenStore(),
  });
  const { error, calls } = await oneCall(fake, operation, refuse);
  const place = connectorPlace(`authentications.${authentication}`, authentication);
  if (error instanceof AuthError && error.message.length > 20) tell.pass();
  else if (!error) tell.fail(place, 'refused credentials are taken for good ones');
  else
    tell.fail(
      place,
      `refused credentials end after ${calls} calls with ${error.code}: ${error.message}; expected a sign-in error`,
    );
}
