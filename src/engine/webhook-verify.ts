import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { parseDuration } from '../core/duration.ts';
import { ConfigError } from '../core/errors.ts';
import type { WebhookSpec } from './webhook-spec.ts';

type Spec = WebhookSpec['verify'];

/** A delivery as it arrived. */
export interface Arrival {
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** A query parameter of the address that was called. */
  readonly parameter: (name: string) => string | undefined;
  /** Address that it came from. */
  readonly address: string;
}

/** Proves where deliveries come from. */
export interface Verifier {
  /** Whether what stands before the body is right; what needs the body is left to `checkBody`. */
  checkHead(arrival: Arrival): boolean;
  checkBody(arrival: Arrival, body: Buffer, now: number): boolean;
  /** Values that must not be shown. */
  readonly secrets: readonly string[];
  /** What a sender is told where the proof is Basic. */
  readonly basic?: { readonly username: string; readonly password: string };
}

/**
 * Compiles what a webhook asks as proof.
 *
 * @param open Puts variables into a text.
 * @throws ConfigError ERR_WEBHOOK for options that are missing.
 */
export function compileVerifier(spec: Spec, open: (text: string) => string): Verifier {
  const comesFrom = compileAddresses(spec.addresses);
  const need = (name: 'username' | 'password' | 'header' | 'secret'): string => {
    const value = spec[name];
    if (value === undefined) throw invalid(`verify.${name}`, `is needed for type "${spec.type}"`);
    return open(value);
  };
  if (spec.type === 'addresses') {
    if (spec.addresses === undefined) throw invalid('verify.addresses', 'is needed for type "addresses"');
    return { checkHead: comesFrom, checkBody: () => true, secrets: [] };
  }
  if (spec.type === 'basic') return basic(need('username'), need('password'), comesFrom);
  const secret = need('secret');
  if (spec.type === 'hmac') return hmac(spec, need('header').toLowerCase(), secret, comesFrom);
  const given = spec.query === undefined ? headerOf(need('header')) : parameterOf(spec);
  const wanted = `${spec.prefix ?? ''}${secret}`;
  const checkHead = (arrival: Arrival): boolean => comesFrom(arrival) && isSame(given(arrival), wanted);
  return { checkHead, checkBody: () => true, secrets: [secret] };
}

type Given = (arrival: Arrival) => string | undefined;

function headerOf(name: string): Given {
  const header = name.toLowerCase();
  return (arrival) => arrival.header(header);
}

function parameterOf({ query = '', header }: Spec): Given {
  if (header !== undefined) throw invalid('verify.query', 'stands for "header"; name one of them');
  return (arrival) => arrival.parameter(query);
}

type Check = (arrival: Arrival) => boolean;

function basic(username: string, password: string, comesFrom: Check): Verifier {
  const wanted = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    checkHead: (arrival) => {
      const given = /^Basic +(\S+) *$/i.exec(arrival.header('authorization') ?? '')?.[1];
      return comesFrom(arrival) && isSame(given, wanted);
    },
    checkBody: () => true,
    secrets: [password],
    basic: { username, password },
  };
}

function hmac(spec: Spec, header: string, secret: string, comesFrom: Check): Verifier {
  const { encoding, timestampHeader, prefix = '' } = spec;
  const toleranceMs = parseDuration(spec.tolerance);
  const parts = (spec.signedText ?? (timestampHeader === undefined ? '{body}' : '{timestamp}.{body}')).split('{body}');
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw invalid('verify.signedText', 'must have {body} in it, once');
  }
  if (timestampHeader === undefined && `${before}${after}`.includes('{timestamp}')) {
    throw invalid('verify.timestampHeader', 'is needed where {timestamp} is signed');
  }
  return {
    checkHead: (arrival) => comesFrom(arrival) && arrival.header(header) !== undefined,
    checkBody: (arrival, body, now) => {
      const timestamp = timestampHeader === undefined ? '' : arrival.header(timestampHeader.toLowerCase());
      if (timestamp === undefined) return false;
      const wanted = createHmac('sha256', secret)
        .update(before.replaceAll('{timestamp}', timestamp))
        .update(body)
        .update(after.replaceAll('{timestamp}', timestamp))
        .digest(encoding);
      const given = arrival.header(header);
      const isSigned = isSame(
        encoding === 'hex' ? given?.toLowerCase() : given,
        `${encoding === 'hex' ? prefix.toLowerCase() : prefix}${wanted}`,
      );
      return isSigned && (timestampHeader === undefined || Math.abs(now - readInstant(timestamp)) <= toleranceMs);
    },
    secrets: [secret],
  };
}

/** Epoch seconds or milliseconds, or ISO 8601; NaN for what is none, which is no distance from anything. */
function readInstant(text: string): number {
  if (!/^\d{9,14}$/.test(text)) return Date.parse(text);
  const value = Number(text);
  return value > 1e11 ? value : value * 1000;
}

/** In a time that does not tell how much of it is right, nor how long it is. */
function isSame(given: string | undefined, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(wanted)) && given !== undefined;
}

function compileAddresses(addresses: readonly string[] | undefined): Check {
  if (addresses === undefined) return () => true;
  const list = new BlockList();
  for (const each of addresses) addAddress(list, each);
  return ({ address }) => {
    // A server that listens on IPv6 as well shows IPv4 senders like this.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  };
}

function addAddress(list: BlockList, text: string): void {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  const isNumber = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest);
  if (family === 0 || !isNumber)
    throw invalid('verify.addresses', `"${text}" is no address or network such as 192.0.2.0/24`);
  list.addSubnet(address, bits === undefined ? longest : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
}

function invalid(path: string, message: string): ConfigError {
  return new ConfigError('ERR_WEBHOOK', `spec.webhook.${path}: ${message}`);
}
