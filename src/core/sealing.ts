import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ConfigError } from './errors.ts';

/** A secret as it is stored: `v1.<key id>.<iv>.<tag>.<ciphertext>`, each part base64url. */
export interface Sealed {
  readonly $sealed: string;
}

/** Encrypts and decrypts with the master key. */
export interface Sealer {
  /** Identifies the key that seals, without telling it. */
  readonly keyId: string;
  /** The other keys that open. */
  readonly acceptedIds: readonly string[];
  /** @param place Where it is kept (record and field); a sealed value moved elsewhere does not open. */
  seal(text: string, place: string): Sealed;
  /** Throws ConfigError ERR_KEY_WRONG when key or place is another one. */
  open(sealed: Sealed, place: string): string;
}

/**
 * AES-256-GCM under a key derived from `secret`; a fresh 96-bit IV each time, the place as associated data.
 *
 * @param secret Master key as the operator gave it: any text of 16 characters or more.
 * @param accepted Other keys that open and never seal: the one before, or the next one.
 */
export function createSealer(secret: string, accepted: readonly string[] = []): Sealer {
  const own = deriveKey(secret);
  const others = accepted.map(deriveKey).filter(({ id }) => id !== own.id);
  const keys = new Map([own, ...others].map(({ id, key }) => [id, key]));
  return {
    keyId: own.id,
    acceptedIds: others.map(({ id }) => id),
    seal(text, place) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', own.key, iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const parts = [iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url'));
      return { $sealed: ['v1', own.id, ...parts].join('.') };
    },
    open({ $sealed }, place) {
      const [version, id = '', ...parts] = $sealed.split('.');
      const [iv, tag, body] = parts.map((part) => Buffer.from(part, 'base64url'));
      const key = keys.get(id);
      if (version !== 'v1' || !key || !iv || tag?.length !== 16 || !body) throw wrongKey(place);
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place)).setAuthTag(tag);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        throw wrongKey(place);
      }
    },
  };
}

/** Whether a sealed text is under the key that seals today. */
export function isCurrent(sealed: string, { keyId }: Sealer): boolean {
  return sealed.split('.')[1] === keyId;
}

function deriveKey(secret: string): { readonly id: string; readonly key: Buffer } {
  if (secret.length < 16) {
    throw new ConfigError(
      'ERR_KEY_WEAK',
      'A master key is shorter than 16 characters; use e.g. "openssl rand -hex 32"',
    );
  }
  const key = createHash('sha256').update('sluice-master-key\0').update(secret).digest();
  const id = createHash('sha256').update('sluice-key-id\0').update(key).digest('base64url').slice(0, 12);
  return { id, key };
}

/** Tells a sealed secret from a plain value. */
export function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Sealed>).$sealed === 'string';
}

/** SHA-256 of an access token, as it is stored and compared. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function wrongKey(place: string): ConfigError {
  return new ConfigError(
    'ERR_KEY_WRONG',
    `The secret at ${place} cannot be opened with this master key; set SLUICE_KEY or SLUICE_KEY_FILE to the key it was sealed with, or name that key in SLUICE_KEY_ACCEPTED`,
  );
}
