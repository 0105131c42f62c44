import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MB and some tenths of a second for each try; stored with the hash, so that it can be raised. */
const COST: Cost = { N: 32_768, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** A stored cost above this is not worked: whoever wrote it wants the memory. */
const MOST_MEMORY = 256 * 1024 * 1024;
/** Hashes that are worked at the same time; others wait, so that sign-ins leave the process its threads. */
const TOGETHER = 2;

/** Hash of a password with its salt and cost: `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether a password is the one of a stored hash.
 *
 * @param stored Undefined for a user that does not exist or has no password: takes as long, and is false.
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const { salt, hash, cost } = parse(stored ?? NOBODY);
  const found = await derive(password, salt, cost);
  return timingSafeEqual(found, hash) && stored !== undefined;
}

/** Whether a hash was made with another cost than today's. */
export function isOutdated(stored: string): boolean {
  const { cost } = parse(stored);
  return cost.N !== COST.N || cost.r !== COST.r || cost.p !== COST.p;
}

const NOBODY = ['scrypt', COST.N, COST.r, COST.p, 'A'.repeat(22), 'A'.repeat(43)].join('$');

function parse(stored: string): { salt: Buffer; hash: Buffer; cost: Cost } {
  const [kind, N, r, p, salt = '', hash = ''] = stored.split('$');
  if (kind !== 'scrypt') throw new TypeError('A stored password is of no known kind');
  return {
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
    cost: { N: Number(N), r: Number(r), p: Number(p) },
  };
}

let working = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  if (working >= TOGETHER) await new Promise<void>((resolve) => waiting.push(resolve));
  else working += 1;
  try {
    return await new Promise((resolve, reject) => {
      // One spelling for what looks the same, however the keyboard wrote it.
      scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { ...cost, maxmem: MOST_MEMORY }, (error, key) => {
        if (error) reject(error);
        else resolve(key);
      });
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else working -= 1;
  }
}
