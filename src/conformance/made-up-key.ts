import { generateKeyPairSync } from 'node:crypto';
import type { Json } from '../core/record.ts';

const made = new Map<string, string>();

const MAKERS: Readonly<Record<string, () => string>> = {
  'made-up-rsa-key': () => pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  'made-up-ec-key': () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
};

/**
 * A private key in place of the text "made-up-rsa-key" or "made-up-ec-key", so that no fixture has to hold one.
 *
 * @returns undefined for every other value.
 */
export function madeUpKey(value: Json): string | undefined {
  if (typeof value !== 'string' || !Object.hasOwn(MAKERS, value)) return undefined;
  const key = made.get(value) ?? MAKERS[value]?.() ?? '';
  made.set(value, key);
  return key;
}

function pem(key: ReturnType<typeof generateKeyPairSync>['privateKey']): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
