import { inspect } from 'node:util';
import { secretParameters } from '../../connector/client-spec.ts';
import type { Operation } from '../../connector/request.ts';
import { NetworkError, toErrorReport } from '../../core/errors.ts';
import { setPath, parsePath } from '../../core/field-path.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import { createMemoryTokenStore } from '../../http/memory-token-store.ts';
import { ACCESS_TOKEN, answer, type FakeOptions, openClient, type Responder, type SentCall } from '../fake-client.ts';
import { oneCall } from '../one-call.ts';
import { specOf } from '../sample-client.ts';
import type { Check, Suite, Teller } from '../types.ts';
import { connectorPlace, operationPlace } from './place.ts';
import { representatives } from './representatives.ts';

export default {
  name: 'redaction',
  title: 'No secret stands in an error, a log or an exchange',
  async run(suite, tell) {
    const own = secretParameters(suite.connector.manifest);
    for (const authentication of Object.keys(suite.connector.manifest.authentications)) {
      const canaries = canariesFor(suite, authentication, own);
      const changes = { authentication, parameters: canaries };
      if (!('spec' in specOf(suite.connector, suite.client, changes))) continue;
      const values = [...Object.values(canaries).map(String), ACCESS_TOKEN];
      for (const operation of representatives(suite).slice(0, 4)) {
        await checkCalls(suite, operation, changes, values, tell);
      }
      await checkSignIn(suite, authentication, changes, values, tell);
    }
  },
} satisfies Check;

/** A value for each secret that is found wherever it turns up; secrets of a set form keep the sample's. */
function canariesFor(suite: Suite, authentication: string, names: readonly string[]): DataRecord {
  const isTaken = (parameters: DataRecord): boolean =>
    'spec' in specOf(suite.connector, suite.client, { authentication, parameters });
  return names.reduce<DataRecord>((all, name) => {
    // Private keys cannot be any text.
    if (suite.connector.manifest.parameters[name]?.multiline) return all;
    const next = { ...all, [name]: `canary-${name.toLowerCase()}-9c41e7` };
    return isTaken(next) ? next : all;
  }, {});
}

/** Everything that was sent, as a careless system repeats it. */
function echo({ request, url }: SentCall): string {
  const { headers, json, form, text } = request;
  return `${url.href} ${JSON.stringify({ headers, json, form, text })}`;
}

function echoBody(suite: Suite, call: SentCall): DataRecord {
  const paths = suite.connector.manifest.errorMessages ?? [];
  return paths.reduce<DataRecord>((body, path) => place(body, path, echo(call)), {
    message: echo(call),
    error: echo(call),
  });
}

function place(body: DataRecord, path: string, value: Json): DataRecord {
  try {
    return setPath(body, parsePath(path), value);
  } catch {
    return body;
  }
}

async function checkCalls(
  suite: Suite,
  operation: Operation,
  changes: FakeOptions,
  values: readonly string[],
  tell: Teller,
): Promise<void> {
  const lost = (call: SentCall): never => {
    throw new NetworkError('ERR_CONNECTION_LOST', `${echo(call)} was lost`, { retryable: false });
  };
  const responders: Responder[] = [
    ...[200, 400, 401, 403, 422, 500].map((status) => (call: SentCall) => answer(echoBody(suite, call), status)),
    lost,
  ];
  const fake = openClient(suite.connector, suite.client, lost, changes);
  for (const respond of responders) {
    const { error, exchanges } = await oneCall(fake, operation, respond);
    const leaks = leaksIn(values, [
      exchanges,
      ...(error ? [toErrorReport(error), error.message, withoutCause(error)] : []),
    ]);
    if (leaks.length === 0) tell.pass();
    for (const leak of leaks) tell.fail(operationPlace(operation), leak);
  }
}

/** What a log line shows of an error. */
function withoutCause({ name, message, details }: Error & { readonly details: unknown }): unknown {
  return { name, message, details };
}

async function checkSignIn(
  suite: Suite,
  authentication: string,
  changes: FakeOptions,
  values: readonly string[],
  tell: Teller,
): Promise<void> {
  const [operation] = representatives(suite);
  if (!operation) return;
  for (const status of [200, 400, 401, 500]) {
    const fake = openClient(suite.connector, suite.client, (call) => answer(echoBody(suite, call), status), {
      ...changes,
      tokens: createMemoryTokenStore(),
    });
    const { error, exchanges } = await oneCall(fake, operation, (call) => answer(echoBody(suite, call), status));
    const leaks = leaksIn(values, [exchanges, ...(error ? [toErrorReport(error), withoutCause(error)] : [])]);
    if (leaks.length === 0) tell.pass();
    for (const leak of leaks) tell.fail(connectorPlace(`authentications.${authentication}`, authentication), leak);
  }
}

/** Which secrets stand in what people may see, also encoded. */
function leaksIn(values: readonly string[], shown: readonly unknown[]): string[] {
  const text = shown
    .map((each) => inspect(each, { depth: 12, maxStringLength: null, breakLength: Infinity }))
    .join('\n');
  return values
    .filter((value) =>
      [value, Buffer.from(value).toString('base64').replace(/=+$/, '')].some((form) => text.includes(form)),
    )
    .map(
      (value) =>
        `the secret ${value.split('-').slice(0, 2).join(' ')} is shown; mark its parameter as "secret": true and read it as secret.<name>`,
    );
}
