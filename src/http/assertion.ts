import { createHash, createPrivateKey, type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Json } from '../core/record.ts';
import { unfit } from './static-credentials.ts';

/** What a JWT is made of. */
export interface AssertionSettings {
  readonly algorithm: 'RS256' | 'ES256' | 'HS256';
  readonly key: string;
  readonly certificate?: string | undefined;
  readonly claims: Readonly<Record<string, Json>>;
  readonly header: Readonly<Record<string, Json>>;
  readonly lifetimeMs: number;
}

/** Makes a JWT that begins at an instant of epoch milliseconds. */
export type SignAssertion = (now: number) => Promise<string>;

/** Clocks differ: a JWT is valid from a little earlier than now. */
const TOLERANCE_MS = 60_000;

/**
 * Reads the key once and returns what signs with it.
 *
 * @throws ConfigError ERR_CREDENTIAL when key or certificate cannot be read, without showing them.
 */
export function createAssertion(settings: AssertionSettings, client: string): SignAssertion {
  const { algorithm, claims, header, lifetimeMs } = settings;
  const key = readKey(settings, client);
  const thumbprints = settings.certificate === undefined ? {} : readThumbprints(settings.certificate, client);
  return (now) => {
    const seconds = Math.floor((now - Math.min(TOLERANCE_MS, lifetimeMs / 4)) / 1000);
    return new SignJWT({ jti: randomUUID(), ...claims })
      .setProtectedHeader({ typ: 'JWT', ...thumbprints, ...header, alg: algorithm })
      .setIssuedAt(seconds)
      .setNotBefore(seconds)
      .setExpirationTime(seconds + Math.floor(lifetimeMs / 1000))
      .sign(key);
  };
}

const KINDS = { RS256: 'rsa', ES256: 'ec' } as const;
const NEEDED = { RS256: 'an RSA key of 2048 bits or more, as RS256 needs it', ES256: 'a P-256 key, as ES256 needs it' };

function readKey({ algorithm, key }: AssertionSettings, client: string): KeyObject | Uint8Array {
  if (algorithm === 'HS256') return new TextEncoder().encode(key);
  const kind = KINDS[algorithm];
  let read: KeyObject;
  try {
    read = createPrivateKey(plainPem(key));
  } catch {
    throw unfit(client, `the key is no private key in PEM form, as ${algorithm} needs it`);
  }
  const { modulusLength = 0, namedCurve = '' } = read.asymmetricKeyDetails ?? {};
  const isFit = read.asymmetricKeyType === 'rsa' ? modulusLength >= 2048 : namedCurve === 'prime256v1';
  if (read.asymmetricKeyType !== kind || !isFit) throw unfit(client, `the key is not ${NEEDED[algorithm]}`);
  return read;
}

/** How servers find the certificate that the key belongs to. See RFC 7515, section 4.1.7. */
function readThumbprints(pem: string, client: string): Record<string, string> {
  try {
    const { raw } = new X509Certificate(plainPem(pem));
    const print = (algorithm: string): string => createHash(algorithm).update(raw).digest('base64url');
    return { x5t: print('sha1'), 'x5t#S256': print('sha256') };
  } catch {
    throw unfit(client, 'the certificate cannot be read as PEM');
  }
}

/** Environment variables often carry line breaks as `\n`. */
function plainPem(text: string): string {
  return text.trim().replaceAll(String.raw`\n`, '\n');
}
