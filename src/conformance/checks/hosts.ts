import type { Operation } from '../../connector/request.ts';
import { IntegrationError, SourceError } from '../../core/errors.ts';
import { plainText } from '../../core/record.ts';
import { createMemoryTokenStore } from '../../http/memory-token-store.ts';
import { answer, openClient } from '../fake-client.ts';
import { callOf } from '../fixture-call.ts';
import { madeUpArguments } from '../made-up-arguments.ts';
import { oneCall } from '../one-call.ts';
import { bareConnector, recordedForm } from '../paging/bare-operation.ts';
import { createSource } from '../paging/made-up-source.ts';
import { knownPaginator, innermost, speakerOf } from '../paging/speaker-of.ts';
import { pagingCases } from '../paging/cases.ts';
import { readToEnd } from '../read-to-end.ts';
import type { Check, Suite, Teller } from '../types.ts';
import { connectorPlace, operationPlace } from './place.ts';
import { representatives } from './representatives.ts';

const signal = new AbortController().signal;

/** Nobody's host. */
const FOREIGN = 'elsewhere.example.net';

export default {
  name: 'hosts',
  title: 'Calls reach declared hosts only, and a next page elsewhere is refused',
  async run(suite, tell) {
    for (const authentication of Object.keys(suite.connector.manifest.authentications)) {
      await checkSignInHosts(suite, authentication, tell);
    }
    await checkOverride(suite, tell);
    for (const operation of suite.operations) await checkForeign(suite, operation, tell);
  },
} satisfies Check;

/** Signs in and calls: a host that is not declared is an error before anything is sent. */
async function checkSignInHosts(suite: Suite, authentication: string, tell: Teller): Promise<void> {
  const [operation] = representatives(suite);
  if (!operation) return;
  const options = { authentication, tokens: createMemoryTokenStore() };
  const fake = openClient(suite.connector, suite.client, () => answer({}), options);
  const { error } = await oneCall(fake, operation, () => answer({ access_token: 'made-up', expires_in: 3600 }));
  const place = connectorPlace(`authentications.${authentication}`, authentication);
  if (error?.code === 'ERR_HOST_NOT_DECLARED') tell.fail(place, error.message);
  else tell.pass();
}

/** An address in the form stands for the whole system, so that a proxy or a test system can take its place. */
async function checkOverride(suite: Suite, tell: Teller): Promise<void> {
  const [operation] = representatives(suite);
  const { parameters } = suite.connector.manifest;
  if (!operation || parameters['baseUri']?.format !== 'uri') return;
  const fake = openClient(suite.connector, suite.client, () => answer(undefined, 204), {
    parameters: { baseUri: `https://${FOREIGN}` },
  });
  await oneCall(fake, operation, () => answer(undefined, 204));
  const hosts = fake.calls.map(({ url }) => url.host);
  if (hosts.length > 0 && hosts.every((host) => host === FOREIGN)) tell.pass();
  else {
    const message = `calls go to ${hosts.join(', ') || 'nobody'} although the parameter "baseUri" says ${FOREIGN}: use it there`;
    tell.fail(connectorPlace('baseUrl', 'baseUri'), message);
  }
}

/** A source that names its next page on another host gets nothing sent there. */
async function checkForeign(suite: Suite, operation: Operation, tell: Teller): Promise<void> {
  const paginator = knownPaginator(operation.manifest.paginator, suite.connector.manifest);
  const [source] = pagingCases(CASES).filter(({ pages }) => pages.length > 1);
  const speaker = speakerOf(paginator);
  if (!FOLLOWING.includes(innermost(paginator).type) || !source || !speaker) return;
  const { connector, operation: bare } = bareConnector(suite.connector, operation, paginator);
  const fixtures = suite.fixturesOf(operation);
  const { respond } = createSource(
    bare,
    speaker,
    source,
    recordedForm(operation, fixtures, suite.connector.manifest.errors),
  );
  const { client, calls } = openClient(connector, suite.client, (call) => {
    const sent = respond({ ...call, url: new URL(call.url.pathname, `https://${FOREIGN}`) });
    return sent;
  });
  const made = madeUpArguments(operation);
  const given = fixtures[0] ? callOf(operation, fixtures[0]).args : {};
  const args = { ...made, ...given, path: { ...made.path, ...given.path }, query: { ...made.query, ...given.query } };
  const own = client.operation(operation.entity.name, operation.name);
  const { error } = await readToEnd(client, own, args, {}, signal);
  const reached = calls.some(({ url }) => url.host === FOREIGN);
  // Where only a parameter of the address is taken, its host does not matter.
  const isFollowed =
    fixedHost(paginator.options) || (error instanceof SourceError && error.code === 'ERR_NEXT_URL_FOREIGN');
  if (!reached && isFollowed) tell.pass();
  else {
    const told = error instanceof IntegrationError ? error.code : 'no error';
    const message = `a next page on ${FOREIGN} ends with ${told} after ${calls.map(({ url }) => url.host).join(', ')}`;
    tell.fail(operationPlace(operation, 'paginator'), message);
  }
}

const FOLLOWING = ['next-url', 'link-header', 'delta-link'];

const CASES = { size: 2, hidesRows: false, isSingle: false, maxRows: 6, hasCount: false, hasCursor: false };

function fixedHost(options: Readonly<Record<string, unknown>>): boolean {
  return plainText((options['nextTokenAt'] ?? null) as string | null) !== '' || typeof options['take'] === 'object';
}
