import { got, type Response } from 'got';
import { ConfigError, NetworkError } from '../core/errors.ts';
import type { AddressGuard } from './address-guard.ts';
import { createAgents } from './transport.ts';

/** An answer whose body comes in pieces. */
export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the call, also in the middle of the body. */
  readonly close: () => void;
}

const WAIT_MS = 30_000;
/** Between two pieces of the body. */
const IDLE_MS = 60_000;

/**
 * Creates what fetches bodies too large for memory. Redirects are not followed.
 *
 * @returns A function that throws ConfigError where the address must not be called, NetworkError where no answer comes;
 * pieces of the body throw NetworkError as well.
 */
export function createDownload(guard: AddressGuard) {
  return async (
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<StreamedAnswer> => {
    const address = guard.assertHost(url);
    const agents = createAgents({ guard });
    const stream = got.stream(address, {
      agent: agents,
      headers: { 'user-agent': 'Sluice', ...headers },
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
      timeout: { lookup: WAIT_MS, connect: WAIT_MS, secureConnect: WAIT_MS, response: WAIT_MS, socket: IDLE_MS },
      signal,
    });
    // What breaks after the answer was left is nobody's any more.
    stream.on('error', () => undefined);
    const close = (): void => {
      stream.destroy();
      agents.http.destroy();
      agents.https.destroy();
    };
    try {
      const response = await new Promise<Response>((resolve, reject) => {
        stream.once('response', resolve);
        stream.once('error', reject);
      });
      const { statusCode: status } = response;
      return { status, headers: response.headers as StreamedAnswer['headers'], body: piecesOf(stream, address), close };
    } catch (error) {
      close();
      throw failed(error, address);
    }
  };
}

async function* piecesOf(stream: AsyncIterable<unknown>, address: URL): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    throw failed(error, address);
  }
}

/** Names the address without its query, which may hold keys. */
function failed(error: unknown, { origin, pathname }: URL): Error {
  const cause = (error as Error).cause ?? error;
  if (cause instanceof ConfigError) return cause;
  return new NetworkError(
    'ERR_DOWNLOAD_FAILED',
    `${origin}${pathname} could not be fetched: ${(error as Error).message.slice(0, 200)}`,
    { cause: error },
  );
}
