import { plainText } from '../core/record.ts';
import type { Json } from '../core/record.ts';
import { type CompareOptions, requestDifferences } from './compare.ts';
import { answer, type SentCall, type Responder, StopCheck } from './fake-client.ts';
import type { Exchange } from './fixture-schema.ts';

/** Plays recorded exchanges. */
export interface Replay {
  readonly respond: Responder;
  /** What was sent otherwise than recorded; at most one, since nothing answers after it. */
  readonly deviations: readonly Deviation[];
  /** Places of the exchanges that nobody asked for. */
  unused(): number[];
}

/** A call that is not the one that was recorded. */
export interface Deviation {
  /** Place of the exchange; one past the last when there is none. */
  readonly index: number;
  readonly message: string;
}

/**
 * Creates a player.
 *
 * @param options.inAnyOrder Calls for the rows of one page leave side by side, so that their order says nothing.
 */
export function createReplay(
  exchanges: readonly Exchange[],
  options: () => CompareOptions,
  inAnyOrder = false,
): Replay {
  const open = new Set(exchanges.keys());
  const deviations: Deviation[] = [];
  return {
    deviations,
    unused: () => [...open],
    respond(call) {
      const index = pick(call, exchanges, open, options(), inAnyOrder);
      const exchange = index === undefined ? undefined : exchanges[index];
      if (index === undefined || !exchange) {
        const deviation = describe(call, exchanges, open, options());
        deviations.push(deviation);
        throw new StopCheck(deviation.message);
      }
      open.delete(index);
      return played(exchange);
    },
  };
}

/** A recorded answer as a transport gives it. */
export function played({ status, headers, answer: body }: Exchange): ReturnType<typeof answer> {
  return answer(status === 204 ? undefined : (body as Json | undefined), status, headers);
}

function pick(
  call: SentCall,
  exchanges: readonly Exchange[],
  open: ReadonlySet<number>,
  options: CompareOptions,
  inAnyOrder: boolean,
): number | undefined {
  const candidates = inAnyOrder ? [...open] : [...open].slice(0, 1);
  return candidates.find((index) => {
    const exchange = exchanges[index];
    return exchange !== undefined && requestDifferences(exchange.request, call, options).length === 0;
  });
}

function describe(
  call: SentCall,
  exchanges: readonly Exchange[],
  open: ReadonlySet<number>,
  options: CompareOptions,
): Deviation {
  const [index = exchanges.length] = open;
  const exchange = exchanges[index];
  const label = `call ${call.index + 1}, ${call.request.method} ${call.url.pathname}`;
  if (!exchange) {
    const query = plainText(Object.fromEntries(call.url.searchParams));
    return { index, message: `${label} with query ${query} was not recorded: record it, or see why it is made` };
  }
  const differences = requestDifferences(exchange.request, call, options);
  return { index, message: `${label}: ${differences.slice(0, 6).join('; ')}` };
}
