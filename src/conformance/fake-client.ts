import { type ConnectedClient, connectClient } from '../connector/connect.ts';
import type { Connector } from '../connector/load.ts';
import { ConfigError } from '../core/errors.ts';
import type { Json } from '../core/record.ts';
import { problemLines } from '../core/validation.ts';
import type { AddressGuard, OpenableGuard } from '../http/address-guard.ts';
import { encodeBody } from '../http/request-body.ts';
import { requestUrl } from '../http/request-url.ts';
import type { RawAnswer } from '../http/transport.ts';
import type { CallBudget, HttpRequest, StoredToken, TokenStore } from '../http/types.ts';
import { type ClientChanges, type SampleClient, specOf } from './sample-client.ts';

/** When checks play, unless a fixture says otherwise. */
export const NOON = Date.UTC(2026, 10, 1, 12);

/** Calls after which a check is taken for endless. */
const MAX_CALLS = 200;

/** One call that would have left the process. */
export interface SentCall {
  readonly request: HttpRequest;
  readonly url: URL;
  /** Place among all calls, from 0. */
  readonly index: number;
}

/** What stands in place of the network. */
export type Responder = (call: SentCall) => RawAnswer;

/** Ends a check from inside a transport. No error of ours, so that no retry and no rule takes it up. */
export class StopCheck extends Error {
  override name = 'StopCheck';
}

/** A client whose calls go nowhere. */
export interface FakeClient {
  readonly client: ConnectedClient;
  readonly calls: readonly SentCall[];
  readonly clock: Clock;
  readonly tokens: TokenStore;
  /** Puts another responder in its place and forgets the calls so far. */
  answerWith(respond: Responder, maxCalls?: number): void;
}

/** Time that passes only when somebody waits. */
export interface Clock {
  now: number;
}

/** How a fake client differs from the usual one. */
export interface FakeOptions extends ClientChanges {
  readonly now?: number | undefined;
  readonly maxCalls?: number;
  /** Budgets that are kept; calls never wait for a budget unless given. */
  readonly budget?: (clock: Clock) => CallBudget;
  /** Signed in already unless given. */
  readonly tokens?: TokenStore;
}

/**
 * Connects the sample client of a connector over a transport that asks `respond`.
 *
 * @throws ConfigError ERR_INVALID when the sample client does not fit the connector.
 */
export function openClient(
  connector: Connector,
  sample: SampleClient,
  respond: Responder,
  options: FakeOptions = {},
): FakeClient {
  const checked = specOf(connector, sample, options);
  if (!('spec' in checked)) throw new ConfigError('ERR_INVALID', problemLines(checked.problems).join('; '));
  const { spec } = checked;
  const clock = { now: options.now ?? NOON };
  const state = { respond, maxCalls: options.maxCalls ?? MAX_CALLS, calls: [] as SentCall[] };
  const tokens = options.tokens ?? signedIn(connector, spec.authentication);
  const client = connectClient(
    { identifier: 'sample', connector, spec },
    {
      guard: OPEN_GUARD,
      budget: options.budget?.(clock) ?? NO_BUDGET,
      tokens,
      variable: () => undefined,
      now: () => clock.now,
      random: () => 0.5,
      sleep: (ms, signal) => {
        signal?.throwIfAborted();
        clock.now += ms;
        return Promise.resolve();
      },
      createTransport: ({ guard }) => ({
        async send(request, signal) {
          signal?.throwIfAborted();
          // As with a real transport, the answer never comes in the same turn.
          await Promise.resolve();
          return send(request, guard, state);
        },
        close: () => undefined,
      }),
    },
  );
  return {
    client,
    clock,
    tokens,
    get calls() {
      return state.calls;
    },
    answerWith(next, maxCalls = MAX_CALLS) {
      Object.assign(state, { respond: next, maxCalls, calls: [] });
    },
  };
}

interface State {
  readonly respond: Responder;
  readonly maxCalls: number;
  readonly calls: SentCall[];
}

function send(request: HttpRequest, guard: AddressGuard, { respond, maxCalls, calls }: State): RawAnswer {
  const url = guard.assertHost(requestUrl(request));
  encodeBody(request);
  if (calls.length >= maxCalls) throw new StopCheck(`no end after ${maxCalls} calls`);
  const call = { request, url, index: calls.length };
  calls.push(call);
  return respond(call);
}

/** An answer as a transport gives it. */
export function answer(
  body: Json | undefined,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): RawAnswer {
  const text = body === undefined ? '' : JSON.stringify(body);
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body,
    text,
    bytes: text.length,
    durationMs: 0,
    serverTimeMs: undefined,
  };
}

const OPEN_GUARD: OpenableGuard = {
  open: () => OPEN_GUARD,
  assertHost: (url) => new URL(url),
  lookup: () => {
    throw new StopCheck('nothing is looked up');
  },
};

const NO_BUDGET: CallBudget = { take: () => Promise.resolve(0), pause: () => Promise.resolve() };

/** Token that calls of a signed-in sample client carry. */
export const ACCESS_TOKEN = 'made-up-access-token-5b1f';

/** A store that always has a token, with whatever the steps of the sign-in would have picked. */
function signedIn(connector: Connector, authentication: string): TokenStore {
  let discarded = 0;
  const token = (): StoredToken => ({
    accessToken: discarded === 0 ? ACCESS_TOKEN : `${ACCESS_TOKEN}-${discarded}`,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    picked: Object.fromEntries(pickedNames(connector, authentication).map((name) => [name, `made-up-${name}`])),
  });
  return {
    read: () => Promise.resolve(token()),
    claimRenewal: () => Promise.resolve(true),
    write: () => Promise.resolve(),
    releaseRenewal: () => Promise.resolve(),
    discard: () => {
      discarded += 1;
      return Promise.resolve();
    },
  };
}

function pickedNames({ manifest }: Connector, authentication: string): string[] {
  const { steps = [], refresh } = (manifest.authentications[authentication]?.authenticator ?? {}) as {
    steps?: readonly { readonly pick?: object }[];
    refresh?: { readonly pick?: object };
  };
  return [...steps, ...(refresh ? [refresh] : [])].flatMap(({ pick = {} }) => Object.keys(pick));
}
