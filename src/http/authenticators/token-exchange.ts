import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { AuthError } from '../../core/errors.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import { compileLate, compileStep, EXCHANGE_STEP, type ExchangeStep, headersOf } from '../exchange-step.ts';
import { hashOf, keepRefreshToken } from '../oauth2-token.ts';
import { createSecrets } from '../redaction.ts';
import { addTokenSecrets, createTokenAuthenticator } from '../shared-token.ts';
import { EXPIRES_UNIT, LIFE_OPTIONS, toToken, usableRefreshToken } from '../token-answer.ts';
import { callTokenUrl, LOCK_OPTIONS } from '../token-call.ts';
import { refusal, type TokenCall } from '../token-refusal.ts';
import type { AuthenticatorComponent, AuthenticatorContext, Credentials, HttpAnswer, StoredToken } from '../types.ts';
import { valueAt } from '../value-at.ts';

const options = {
  type: 'object',
  properties: {
    steps: {
      type: 'array',
      minItems: 1,
      items: EXCHANGE_STEP,
      late: ['step'],
      description: 'Calls that give a token, in order; &{step.name} is what an earlier one picked.',
    },
    refresh: {
      ...EXCHANGE_STEP,
      late: ['step', 'token'],
      description:
        'Call that gives the next token while &{token.refreshToken} lives; when it is refused, the steps begin anew.',
    },
    expiresUnit: EXPIRES_UNIT,
    send: {
      type: 'object',
      properties: {
        headers: {
          type: 'object',
          additionalProperties: { type: 'string' },
          default: { Authorization: 'Bearer &{token.accessToken}' },
          description: 'Headers of every call.',
        },
        query: {
          type: 'object',
          additionalProperties: { type: 'string' },
          default: {},
          description: 'Query parameters of every call.',
        },
      },
      additionalProperties: false,
      default: {},
      late: ['step', 'token'],
      description: 'How the token is sent.',
    },
    ...LOCK_OPTIONS,
    ...LIFE_OPTIONS,
  },
  required: ['steps'],
  additionalProperties: false,
} as const satisfies JSONSchema & { properties: Record<string, { late?: readonly string[] }> };

type Settings = FromSchema<typeof options>;

export default {
  type: 'token-exchange',
  summary: 'Gets its token by one or several calls that are described one by one.',
  options,
  create(settings, context) {
    const exchange = createExchange(settings, context);
    return createTokenAuthenticator(
      {
        key: hashOf([settings, context.values]),
        register: exchange.register,
        fetchToken: async (previous, signal) =>
          (await exchange.refresh(previous, signal)) ?? (await exchange.begin(signal)),
        credentials: compileSend(settings.send, context),
      },
      context,
    );
  },
} satisfies AuthenticatorComponent<Settings>;

/** What a step needs to be run. */
interface CompiledStep {
  readonly request: ReturnType<typeof compileStep>;
  readonly pick: ExchangeStep['pick'];
}

/** What the steps so far have picked, and the answer that came last. */
interface Progress {
  readonly picked: DataRecord;
  readonly answer?: HttpAnswer;
}

function createExchange(settings: Settings, context: AuthenticatorContext) {
  const given = Object.values((context.values?.['secret'] ?? {}) as DataRecord).map(String);
  const secrets = createSecrets(given);
  const addSecret = (value: string): void => {
    context.addSecret(value);
    secrets.add(value);
  };
  const own = { ...context, addSecret };
  const compile = (step: ExchangeStep): CompiledStep => ({ request: compileStep(step, own), pick: step.pick });
  const steps = settings.steps.map(compile);
  const refresh = settings.refresh && compile(settings.refresh);

  const run = async (step: CompiledStep, names: DataRecord, signal: AbortSignal): Promise<Progress> => {
    const request = step.request(names);
    const call = { client: context.client, request, secrets, wanted: step.pick['accessToken'] ?? 'answer' };
    const answer = await callTokenUrl(call, settings, context, signal);
    if (answer.status >= 300) throw refusal(answer, call, CREDENTIALS_REFUSED[answer.status]);
    const picked = pickFrom(answer, step.pick, call);
    for (const value of secretsOf(picked)) addSecret(value);
    return { picked, answer };
  };
  const finish = ({ picked, answer }: Progress): StoredToken => {
    const { accessToken, refreshToken, expiresIn, refreshExpiresIn, scope, ...others } = picked;
    const life = { ...settings, now: context.now(), serverNow: answer?.serverTimeMs };
    const token = toToken({ accessToken, refreshToken, expiresIn, refreshExpiresIn, scope }, life);
    if (!token) throw noToken(context);
    addTokenSecrets(token, context);
    return Object.keys(others).length > 0 ? { ...token, picked: others } : token;
  };

  return {
    register: () => {
      for (const secret of given) context.addSecret(secret);
    },
    async begin(signal: AbortSignal): Promise<StoredToken> {
      let progress: Progress = { picked: {} };
      for (const step of steps) {
        const { picked, answer } = await run(step, { step: progress.picked }, signal);
        progress = { picked: { ...progress.picked, ...picked }, ...(answer && { answer }) };
      }
      return finish(progress);
    },
    /** undefined when there is nothing to refresh with, or it was refused. */
    async refresh(previous: StoredToken | undefined, signal: AbortSignal): Promise<StoredToken | undefined> {
      const refreshToken = usableRefreshToken(previous, context.now());
      if (!refresh || !previous || refreshToken === undefined) return undefined;
      addSecret(refreshToken);
      try {
        const { picked, answer } = await run(refresh, namesOf(previous), signal);
        const next = finish({ picked: { ...previous.picked, ...picked }, ...(answer && { answer }) });
        return keepRefreshToken(next, previous);
      } catch (error) {
        if (error instanceof AuthError && error.code !== 'ERR_SIGN_IN_LOCKED') return undefined;
        throw error;
      }
    },
  };
}

function compileSend(send: Settings['send'], context: AuthenticatorContext): (token: StoredToken) => Credentials {
  const render = compileLate(send, context);
  return (token) => {
    const { headers, query } = render(namesOf(token)) as unknown as Settings['send'];
    const hasQuery = Object.keys(query).length > 0;
    return { headers: headersOf(headers, context), ...(hasQuery && { query }) };
  };
}

function namesOf({ accessToken, refreshToken, picked = {} }: StoredToken): DataRecord {
  return { step: picked, token: { accessToken, ...(refreshToken !== undefined && { refreshToken }) } };
}

/** Parts of a token that an answer may leave out. */
const OPTIONAL = new Set(['refreshToken', 'expiresIn', 'refreshExpiresIn', 'scope']);

function pickFrom(answer: HttpAnswer, pick: ExchangeStep['pick'], call: TokenCall): DataRecord {
  const found: [string, Json][] = [];
  for (const [name, path] of Object.entries(pick)) {
    const value = valueAt(answer.body, path) ?? null;
    if (value !== null && value !== '') found.push([name, value]);
    else if (!OPTIONAL.has(name)) throw refusal(answer, { ...call, wanted: path === '' ? 'token' : path });
  }
  return Object.fromEntries(found);
}

/** A picked value may be a ticket for the next step; very short ones are none. */
function secretsOf(picked: DataRecord): string[] {
  const values = Object.entries(picked).filter(([name]) => !PLAIN.has(name));
  return values.flatMap(([, value]) => (typeof value === 'string' && value.length >= 8 ? [value] : []));
}

const PLAIN = new Set(['expiresIn', 'refreshExpiresIn', 'scope']);

const REFUSED = {
  code: 'ERR_GRANT_REFUSED',
  advice: 'The credentials of this client were refused: check them, and that their user may use the API',
};
const CREDENTIALS_REFUSED: Readonly<Record<number, typeof REFUSED>> = { 401: REFUSED, 403: REFUSED };

function noToken({ client }: AuthenticatorContext): AuthError {
  const message = `${client}: the steps of the sign-in gave no access token: one of them has to pick "accessToken" as text`;
  return new AuthError('ERR_TOKEN_ANSWER', message, { details: { client } });
}
