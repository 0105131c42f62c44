import { parseDuration } from '../../core/duration.ts';
import { ConfigError } from '../../core/errors.ts';
import { type Json, plainText } from '../../core/record.ts';
import { checkRoots, compileTemplate } from '../../core/templates.ts';
import type { HttpRequest } from '../../http/types.ts';
import type { Message } from './message.ts';
import type { EventName, NotificationSpec } from './spec.ts';

/** A notification, compiled. Lengths of time are milliseconds. */
export interface Notification {
  readonly id: string;
  readonly disabled: boolean;
  readonly events: ReadonlySet<EventName>;
  readonly only: NotificationSpec['only'];
  readonly failures: { readonly count: number; readonly withinMs: number };
  /** Undefined: three runs in a row that are missing. */
  readonly silentMs: number | undefined;
  readonly digestMs: number;
  /** Undefined: what lasts is told once. */
  readonly repeatMs: number | undefined;
  /** Host that it goes to, for people. */
  readonly host: string;
  /** A text without the secret parts of the address, whose path is as good as a password, and of the sign-in. */
  hide(text: string): string;
  /** What the call says, with the names of variables in place of their values. */
  show(message: Message): { readonly headers: Readonly<Record<string, string>>; readonly body: Json };
  /** The call that tells a message. Throws TransformError where its body cannot be made. */
  requestFor(message: Message): HttpRequest;
}

/** Names that a body may read. */
const NAMES = ['title', 'text', 'count', 'environment', 'url', 'notification', 'isTest', 'events'];
const BODY_AT = 'spec.channel.body';

/**
 * Compiles a notification whose spec has been checked.
 *
 * @throws ConfigError ERR_ADDRESS_INVALID, ERR_EXPRESSION, ERR_VARIABLE_MISSING, ERR_INVALID.
 */
export function compileNotification(
  document: { readonly identifier: string; readonly disabled?: boolean; readonly spec: NotificationSpec },
  variables: (name: string) => string | undefined,
): Notification {
  const { identifier, spec } = document;
  const { channel, failures } = spec;
  const open = (text: string, at: string): string => plainText(compileTemplate(text, { variables, at }).evaluate({}));
  const url = requireAddress(open(channel.url, 'spec.channel.url'));
  const authorization = open(channel.authorization ?? '', 'spec.channel.authorization');
  const headers = { ...channel.headers, ...(authorization !== '' && { authorization }) };
  const bodyOf = compileBody(channel.body as Json | undefined, variables);
  const shownBodyOf = compileBody(channel.body as Json | undefined, (name) => `\${${name}}`);
  return {
    id: identifier,
    disabled: document.disabled === true,
    events: new Set(spec.events),
    only: spec.only,
    failures: { count: failures.count, withinMs: parseDuration(failures.within) },
    silentMs: spec.silentFor === undefined ? undefined : parseDuration(spec.silentFor),
    digestMs: parseDuration(spec.digest),
    repeatMs: spec.repeat === undefined ? undefined : Math.max(1, parseDuration(spec.repeat)),
    host: url.host,
    hide: createHide(url, authorization),
    show: (message) => ({
      headers: { ...channel.headers, ...(authorization !== '' && { authorization: '(secret)' }) },
      body: shownBodyOf(message),
    }),
    requestFor: (message) => ({
      ...{ method: 'POST', url: url.href, headers, json: bodyOf(message), expects: 'text', repeatable: true },
    }),
  };
}

function requireAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url && isWeb && url.username === '' && url.password === '') return url;
  throw new ConfigError('ERR_ADDRESS_INVALID', 'The address is not of the form https://host/path', {
    details: { path: 'spec.channel.url' },
  });
}

/** Shorter parts are in too many texts, and no secrets. */
const SHORTEST_SECRET = 6;

function createHide({ pathname, search, searchParams }: URL, authorization: string): (text: string) => string {
  const parts = [search, pathname, ...pathname.split('/'), ...searchParams.values()];
  const secrets = [...parts, authorization, ...authorization.split(' ')].filter(
    (part) => part.length >= SHORTEST_SECRET,
  );
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '…'), text);
}

function compileBody(
  source: Json | undefined,
  variables: (name: string) => string | undefined,
): (message: Message) => Json {
  if (source === undefined) return (message) => message as unknown as Json;
  const problems = checkRoots(source, NAMES, BODY_AT);
  if (problems.length > 0) {
    throw new ConfigError('ERR_EXPRESSION', problems.join('; '), { details: { path: BODY_AT } });
  }
  const template = compileTemplate(source, { variables, at: BODY_AT });
  return (message) => template.evaluate(message as unknown as Json);
}
