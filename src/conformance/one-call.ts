import type { Operation } from '../connector/request.ts';
import { IntegrationError } from '../core/errors.ts';
import type { Exchange } from '../http/types.ts';
import type { FakeClient, Responder } from './fake-client.ts';
import { madeUpArguments } from './made-up-arguments.ts';

/** What came of one call. */
export interface CallOutcome {
  readonly error: IntegrationError | undefined;
  readonly calls: number;
  /** How long the client waited in between. */
  readonly waitedMs: number;
  readonly exchanges: readonly Exchange[];
}

const signal = new AbortController().signal;

/** Makes one call with made-up parameters; what the client does about the answers shows in how often it sends. */
export async function oneCall(fake: FakeClient, operation: Operation, respond: Responder): Promise<CallOutcome> {
  fake.answerWith(respond);
  const startedAt = fake.clock.now;
  const exchanges: Exchange[] = [];
  const onExchange = (exchange: Exchange): number => exchanges.push(exchange);
  let error: IntegrationError | undefined;
  try {
    await fake.client.call(operation, madeUpArguments(operation), signal, { onExchange });
  } catch (thrown) {
    if (!(thrown instanceof IntegrationError)) throw thrown;
    error = thrown;
  }
  return { error, calls: fake.calls.length, waitedMs: fake.clock.now - startedAt, exchanges };
}
