import { jsonEqual } from '../core/json-equal.ts';
import { isRecord, type Json, plainText } from '../core/record.ts';
import { requestUrl } from '../http/request-url.ts';
import type { Query } from '../http/types.ts';
import type { SentCall } from './fake-client.ts';
import type { RecordedRequest } from './fixture-schema.ts';

/** Stands for any value in a recorded request. */
const ANY = '*';

/** What a request is compared with besides what was recorded. */
export interface CompareOptions {
  /** Every path is below it. */
  readonly baseUrl: string;
  /** Whether a query value is a credential, which recorded requests leave out. */
  readonly isCredential: (value: string) => boolean;
  /** A body that was not recorded is not looked at. */
  readonly isBodyOptional?: boolean;
}

/** What differs between a request and its record, one sentence each; nothing when they are equal. */
export function requestDifferences(recorded: RecordedRequest, sent: SentCall, options: CompareOptions): string[] {
  const { request } = sent;
  return [
    ...(recorded.method === request.method ? [] : [`method is ${request.method}, recorded ${recorded.method}`]),
    ...addressDifferences(recorded, sent, options),
    ...queryDifferences(recorded, sent, options),
    ...bodyDifferences(recorded, sent, options),
    ...headerDifferences(recorded, sent),
  ];
}

function addressDifferences({ path, url }: RecordedRequest, sent: SentCall, { baseUrl }: CompareOptions): string[] {
  const address = `${sent.url.origin}${sent.url.pathname}`;
  const [wanted = ''] = (path === undefined ? (url ?? '') : baseUrl + path).split('?');
  const isSame = plainAddress(address) === plainAddress(wanted);
  if (isSame) return [];
  const shown = (text: string): string => (text.startsWith(baseUrl) ? text.slice(baseUrl.length) : text);
  return [`path is ${shown(address)}, recorded ${shown(wanted)}`];
}

/** Two ways to encode a character are one address. */
function plainAddress(text: string): string {
  const withoutEnd = text.replace(/\/$/, '');
  try {
    return decodeURIComponent(withoutEnd);
  } catch {
    return withoutEnd;
  }
}

function queryDifferences(recorded: RecordedRequest, { request, url }: SentCall, options: CompareOptions): string[] {
  const { path = '', url: address = '' } = recorded;
  const inPath = new URLSearchParams(`${path}${address}`.split('?')[1] ?? '');
  const wanted = [...inPath, ...pairs((recorded.query ?? {}) as Query, request.queryStyles)];
  const names = new Set(wanted.map(([name]) => name));
  const sent = [...url.searchParams].filter(([name, value]) => names.has(name) || !options.isCredential(value));
  return [...new Set([...names, ...sent.map(([name]) => name)])].flatMap((name) => {
    const [own, other] = [valuesOf(sent, name), valuesOf(wanted, name)];
    if (other.includes(ANY) && own.length > 0) return [];
    const list = (recorded.query as Query | undefined)?.[name];
    // Whatever the style, a list that is recorded under the name that is sent is the same list.
    if (Array.isArray(list) && own.join('\n') === list.map(plainText).join('\n')) return [];
    return own.join('\n') === other.join('\n')
      ? []
      : [difference(`query ${name}`, own.join(' and '), other.join(' and '))];
  });
}

function pairs(query: Query, queryStyles: SentCall['request']['queryStyles']): [string, string][] {
  return [...requestUrl({ url: 'https://any.example', query, ...(queryStyles && { queryStyles }) }).searchParams];
}

function valuesOf(entries: readonly (readonly [string, string])[], name: string): string[] {
  return entries.filter(([each]) => each === name).map(([, value]) => value);
}

function bodyDifferences(
  { body, form }: RecordedRequest,
  { request }: SentCall,
  { isBodyOptional = false }: CompareOptions,
): string[] {
  const { json, form: fields, text, multipart } = request;
  const sent = json ?? fields ?? text ?? multipart;
  const recorded = (form ?? body) as Json | undefined;
  if (recorded === undefined && (sent === undefined || isBodyOptional)) return [];
  if (recorded === undefined) return [`body is ${shown(sent)}, recorded none`];
  return fields || multipart
    ? fieldDifferences((fields ?? multipart) as Readonly<Record<string, Json>>, recorded)
    : jsonDifferences(sent, recorded, 'body');
}

function fieldDifferences(sent: Readonly<Record<string, Json>>, recorded: Json): string[] {
  const wanted = isRecord(recorded) ? recorded : {};
  return [...new Set([...Object.keys(sent), ...Object.keys(wanted)])].flatMap((name) => {
    const [own, other] = [sent[name], wanted[name]];
    if (other === ANY && own !== undefined) return [];
    return plainText(own) === plainText(other) ? [] : [difference(`field ${name}`, plainText(own), plainText(other))];
  });
}

/** Where two JSON values differ, by path. */
export function jsonDifferences(sent: Json | undefined, recorded: Json | undefined, at: string): string[] {
  if (recorded === ANY && sent !== undefined) return [];
  if (isRecord(sent) && isRecord(recorded)) {
    return [...new Set([...Object.keys(sent), ...Object.keys(recorded)])].flatMap((key) =>
      jsonDifferences(sent[key], recorded[key], `${at}.${key}`),
    );
  }
  if (Array.isArray(sent) && Array.isArray(recorded) && sent.length === recorded.length) {
    return (sent as readonly Json[]).flatMap((item, index) =>
      jsonDifferences(item, (recorded as readonly Json[])[index], `${at}[${index}]`),
    );
  }
  const isSame = sent !== undefined && recorded !== undefined && jsonEqual(sent, recorded);
  return isSame ? [] : [`${at} is ${shown(sent)}, recorded ${shown(recorded)}`];
}

/** Where a value lacks what another one has, by path: what it has besides does not matter. */
export function missingParts(value: Json | undefined, wanted: Json, at: string): string[] {
  if (isRecord(wanted) && isRecord(value)) {
    return Object.entries(wanted).flatMap(([key, part]) =>
      missingParts(Object.hasOwn(value, key) ? value[key] : undefined, part, `${at}.${key}`),
    );
  }
  if (Array.isArray(wanted) && Array.isArray(value) && wanted.length === value.length) {
    return (wanted as readonly Json[]).flatMap((part, index) =>
      missingParts((value as readonly Json[])[index], part, `${at}[${index}]`),
    );
  }
  const isSame = value !== undefined && jsonEqual(value, wanted);
  return isSame ? [] : [`${at} is ${shown(value)}, not ${shown(wanted)}`];
}

function headerDifferences({ headers = {} }: RecordedRequest, { request }: SentCall): string[] {
  const sent = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return Object.entries(headers).flatMap(([name, value]) => {
    const own = sent[name.toLowerCase()];
    return own === value || (value === ANY && own !== undefined)
      ? []
      : [difference(`header ${name}`, own ?? '', value)];
  });
}

function difference(what: string, sent: string, recorded: string): string {
  if (sent === '') return `${what} is not sent, recorded ${shown(recorded)}`;
  return recorded === ''
    ? `${what} ${shown(sent)} is sent, not recorded`
    : `${what} is ${shown(sent)}, recorded ${shown(recorded)}`;
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
