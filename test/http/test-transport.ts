import { createAddressGuard } from '../../src/http/address-guard.ts';
import { createTransport, type Transport, type TransportOptions } from '../../src/http/transport.ts';

/** Loopback may be called: the test servers are there. */
export const localGuard = createAddressGuard({ allow: ['127.0.0.0/8', '::1/128'] });

export const TIMEOUTS = { connectMs: 2_000, headersMs: 5_000, idleMs: 5_000, totalMs: 10_000 };

/** Opens a transport with small limits, and always closes it. */
export async function withTransport<T>(
  options: Partial<TransportOptions>,
  use: (transport: Transport) => Promise<T>,
): Promise<T> {
  const transport = createTransport({ timeouts: TIMEOUTS, maxBodyBytes: 1_000_000, guard: localGuard, ...options });
  try {
    return await use(transport);
  } finally {
    transport.close();
  }
}

/** The error that a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`expected an error, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
