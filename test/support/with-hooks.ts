import { createHmac } from 'node:crypto';
import { buildApp } from '../../src/server/app.ts';
import type { TestPlatform } from './with-platform.ts';

export const HOOK_SECRET = 'a-secret-of-the-webhook';

/** A webhook that is signed, and known by the id in its header. */
export const SIGNED = {
  verify: { type: 'hmac', header: 'X-Signature', prefix: 'sha256=', secret: HOOK_SECRET },
  deliveryId: { header: 'X-Delivery' },
} as const;

export interface HookReply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Hooks {
  /** Sends a body as it is, signed. */
  readonly send: (incoming: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<HookReply>;
  readonly api: <T>(method: string, path: string, body?: unknown) => Promise<T>;
}

/** Listens for deliveries while `use` runs. */
export async function withHooks(
  { platform, variables }: TestPlatform,
  use: (hooks: Hooks) => Promise<void>,
): Promise<void> {
  const app = await buildApp(platform);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    await use({
      send: (incoming, body, headers) => sendHook(url, incoming, body, headers),
      api: async <T>(method: string, path: string, body?: unknown) => {
        const answer = await fetch(`${url}/api/v1${path}`, {
          method,
          headers: {
            authorization: `Bearer ${variables['SLUICE_TOKEN'] ?? ''}`,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        return (await answer.json()) as T;
      },
    });
  } finally {
    await app.close();
  }
}

/** Sends one delivery, signed by {@link HOOK_SECRET}. */
export async function sendHook(
  url: string,
  incoming: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<HookReply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = `sha256=${createHmac('sha256', HOOK_SECRET).update(text).digest('hex')}`;
  const answer = await fetch(`${url}/hooks/${incoming}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-signature': signature, ...headers },
    body: text,
  });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}
