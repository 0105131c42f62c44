import pino, { type Logger } from 'pino';
import { buildApp } from '../server/app.ts';
import type { Role } from '../server/open-engines.ts';
import { openPlatform, type Platform } from '../server/platform.ts';
import type { Settings } from '../server/settings.ts';

/** A platform whose API listens. */
export interface Serving {
  readonly platform: Platform;
  readonly url: string;
  readonly localToken: string;
  /** Stops listening, then the workers within the grace, then everything. */
  stop(graceMs: number): Promise<void>;
}

export interface ServeOptions {
  readonly role: Role;
  readonly log: Logger;
  readonly host: string;
  readonly port: number;
}

/** Opens the platform and, but for pure workers, its API. */
export async function serve(settings: Settings, { role, log, host, port }: ServeOptions): Promise<Serving> {
  const platform = await openPlatform(settings, { role, log });
  if (role === 'worker') {
    return { platform, url: '', localToken: '', stop: (graceMs) => platform.close(graceMs) };
  }
  try {
    const app = await buildApp(platform);
    const url = await app.listen({ host, port });
    const localToken = await platform.issueLocalToken();
    platform.announce(url, localToken);
    return {
      platform,
      url,
      localToken,
      async stop(graceMs) {
        await app.close();
        await platform.close(graceMs);
      },
    };
  } catch (error) {
    await platform.close(0);
    throw error;
  }
}

/** Log of a process: JSON lines, people-friendly on a terminal. */
export function createLog(level: string, destination: 'stdout' | 'stderr' = 'stdout'): Logger {
  const fd = destination === 'stdout' ? 1 : 2;
  const isTerminal = (fd === 1 ? process.stdout : process.stderr).isTTY;
  const options = { level, redact: ['authorization', '*.authorization', 'headers.authorization', 'token', 'password'] };
  if (!isTerminal) return pino(options, pino.destination({ fd, sync: true }));
  const target = {
    target: 'pino-pretty',
    options: { destination: fd, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' },
  };
  return pino({ ...options, transport: target });
}
