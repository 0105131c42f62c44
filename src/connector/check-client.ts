import { AuthError, HttpStatusError, IntegrationError } from '../core/errors.ts';
import type { Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { checkAddress, checkTls } from '../http/check-connection.ts';
import { createTransport } from '../http/transport.ts';
import type { CheckStep, HttpAnswer, Query } from '../http/types.ts';
import { valueAt } from '../http/value-at.ts';
import type { Config, ConnectedClient } from './connect.ts';
import type { Operation } from './request.ts';

type StepName = CheckStep['step'];
type Found = Omit<CheckStep, 'step' | 'durationMs'>;

const ORDER: readonly StepName[] = ['address', 'tls', 'tenant', 'token', 'scope', 'first-read'];

/** Largest answer of the system about itself. */
const ABOUT_BYTES = 1024 * 1024;

/**
 * Tests a connection in the order in which it is built: address → tls → tenant → token → scope → first-read.
 *
 * Everything that goes wrong is a step that failed, with what to do about it; the steps after it are skipped.
 */
export async function checkClient(client: ConnectedClient, signal: AbortSignal): Promise<CheckStep[]> {
  const steps: CheckStep[] = [];
  for await (const step of runSteps(client, signal)) {
    steps.push(presentable(client, step));
    if (step.status === 'failed') break;
  }
  return [...steps, ...ORDER.slice(steps.length).map(skipped)];
}

async function* runSteps(client: ConnectedClient, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const { guard, timeouts, config, discover, authenticate } = client.inside;
  const address = String(compileTemplate(client.connector.manifest.baseUrl).evaluate(config() as unknown as Json));
  yield await checkAddress(address, guard, timeouts);
  yield await checkTls(address, guard, timeouts);

  const discovered = await timed('tenant', signal, async () => describeDiscovered(client, await discover(signal)));
  if (discovered.status === 'failed') {
    yield discovered;
    return;
  }
  const token = await timed(
    'token',
    signal,
    async () => {
      await authenticate(signal);
      return { status: 'passed', message: 'The sign-in was accepted' };
    },
    (error) => explainToken(client, error),
  );
  // A tenant of one's own making is told by the refused sign-in only, and then it is what has to be changed.
  const contradiction = token.status === 'failed' ? await findContradiction(client, signal) : undefined;
  if (contradiction) {
    yield { ...discovered, ...contradiction, durationMs: discovered.durationMs + token.durationMs };
    return;
  }
  yield discovered;
  yield token;
  yield* readOnce(client, signal);
}
