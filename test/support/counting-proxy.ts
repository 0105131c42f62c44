import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a system and notes how it is called. */
export interface CountingProxy {
  readonly url: string;
  /** When requests whose path matches arrived, epoch milliseconds, in order. */
  readonly arrivals: readonly number[];
  /** Most of them at the same time. */
  readonly most: () => number;
  close(): Promise<void>;
}

/** Starts a proxy before `target`; each counted request is held for `holdMs` first. */
export async function startCountingProxy(target: string, counted: RegExp, holdMs = 0): Promise<CountingProxy> {
  const arrivals: number[] = [];
  let current = 0;
  let most = 0;
  const server: Server = createServer((incoming, response) => {
    const isCounted = counted.test(incoming.url ?? '');
    const forward = (): void => {
      const { method, headers } = incoming;
      // A connection for each call: one that the target is just closing would look like a lost answer.
      const onward = request(new URL(incoming.url ?? '/', target), { method, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      incoming.pipe(onward);
    };
    if (!isCounted) {
      forward();
      return;
    }
    arrivals.push(Date.now());
    current += 1;
    most = Math.max(most, current);
    response.once('close', () => {
      current -= 1;
    });
    setTimeout(forward, holdMs);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    most: () => most,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
