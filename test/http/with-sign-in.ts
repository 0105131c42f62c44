import type { IncomingHttpHeaders } from 'node:http';
import { parseWithSchema } from '../../src/core/validation.ts';
import { authenticators } from '../../src/http/authenticators/index.ts';
import { createMemoryTokenStore } from '../../src/http/memory-token-store.ts';
import type {
  Authenticator,
  AuthenticatorContext,
  AuthenticatorComponent,
  Authorization,
  TokenStore,
} from '../../src/http/types.ts';
import { withTransport } from './test-transport.ts';
import { answerJson, readBody, withServer } from './with-server.ts';

/** A call as the token URL got it. */
export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body read as a form. */
  readonly form: Readonly<Record<string, string>>;
}

/** What it answers: JSON, or a text as it is. */
export interface PlayedAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SignInWorld {
  readonly url: string;
  readonly calls: readonly SeenCall[];
  readonly clock: { now: number };
  readonly slept: readonly number[];
  readonly secrets: readonly string[];
  readonly tokens: TokenStore;
  readonly create: (type: string, options: object, extra?: Partial<AuthenticatorContext>) => Authenticator;
  readonly authorization: (options: object) => Authorization;
}

/** A real server that plays a token URL, and authenticators that call it. Waits pass at once. */
export async function withSignIn<T>(
  play: (call: SeenCall, count: number) => PlayedAnswer | Promise<PlayedAnswer>,
  use: (world: SignInWorld) => Promise<T>,
): Promise<T> {
  const calls: SeenCall[] = [];
  const clock = { now: Date.now() };
  const slept: number[] = [];
  const secrets: string[] = [];
  const tokens = createMemoryTokenStore(() => clock.now);
  return withServer(
    (request, response) =>
      void readBody(request).then(async (body) => {
        const { method = '', url: path = '', headers } = request;
        const call = { method, path, headers, body, form: Object.fromEntries(new URLSearchParams(body)) };
        calls.push(call);
        const { status = 200, body: json, text, headers: extra = {} } = await play(call, calls.length);
        if (text === undefined) answerJson(response, status, json, extra);
        else response.writeHead(status, extra).end(text);
      }),
    (url) =>
      withTransport({}, (transport) => {
        const context: AuthenticatorContext = {
          client: 'acme',
          send: transport.send,
          tokens,
          now: () => clock.now,
          addSecret: (value) => secrets.push(value),
          random: () => 0.5,
          async sleep(ms) {
            slept.push(ms);
            clock.now += ms;
            await new Promise((resolve) => setImmediate(resolve));
          },
        };
        return use({
          ...{ url, calls, clock, slept, secrets, tokens },
          create: (type, options, extra = {}) => {
            const { component, checked } = parse(type, options);
            return component.create(checked, { ...context, ...extra });
          },
          authorization: (options) => {
            const { component, checked } = parse('oauth2-authorization-code', options);
            const authorization = component.authorization?.(checked, context);
            if (!authorization) throw new Error('This kind needs no person');
            return authorization;
          },
        });
      }),
  );
}

function parse(type: string, options: object): { component: AuthenticatorComponent; checked: never } {
  const component = authenticators.get(type);
  if (!component) throw new Error(`No authenticator ${type}`);
  return { component, checked: parseWithSchema(component.options, options, type) as never };
}

/** Header that a token is sent in. */
export const bearer = (token: string): object => ({ headers: { authorization: `Bearer ${token}` } });
