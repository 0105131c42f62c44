import { hash } from 'node:crypto';

/** Fingerprint of a record's JSON text: 128 bits of SHA-256, base64url. Tells versions of a record apart. */
export function hashText(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
