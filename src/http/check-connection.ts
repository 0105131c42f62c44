import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { IntegrationError } from '../core/errors.ts';
import type { AddressGuard } from './address-guard.ts';
import { errorCode, explainTls, LOOKUP_CODES, seconds } from './network-errors.ts';
import type { CheckStep, Timeouts } from './types.ts';

type Step = CheckStep['step'];
type Found = Omit<CheckStep, 'step' | 'durationMs'>;

const DAY_MS = 86_400_000;
/** A certificate that ends sooner than this is worth a word. */
const SOON_DAYS = 14;

/** Checks that the host of an address has a name entry, may be called, and takes connections. */
export async function checkAddress(
  url: string,
  guard: AddressGuard,
  timeouts: Pick<Timeouts, 'connectMs'>,
): Promise<CheckStep> {
  return timed('address', async () => {
    const { host, port, hostname } = targetOf(url, guard);
    const socket = connectTcp({ host, port, lookup: guard.lookup });
    try {
      await opened(socket, 'connect', timeouts.connectMs);
      return {
        status: 'passed',
        message: `${hostname} (${socket.remoteAddress ?? host}) takes connections on port ${port}`,
      };
    } catch (error) {
      return explainAddress(error, hostname, port);
    } finally {
      socket.destroy();
    }
  });
}

/** What else a TLS check may be told. */
export interface TlsCheckOptions {
  /** Epoch milliseconds; the clock's unless given. */
  readonly now?: number;
  /** Authorities to trust instead of the usual ones, as PEM. */
  readonly ca?: string;
}

/** Checks that the certificate of an address is trusted and not about to expire. Skipped for http. */
export async function checkTls(
  url: string,
  guard: AddressGuard,
  timeouts: Pick<Timeouts, 'connectMs'>,
  { now = Date.now(), ca }: TlsCheckOptions = {},
): Promise<CheckStep> {
  return timed('tls', async () => {
    const { host, port, hostname, isTls } = targetOf(url, guard);
    if (!isTls) return { status: 'skipped', message: 'The address is http: nothing is encrypted', hint: HTTP_HINT };
    const servername = isIP(host) === 0 ? host : '';
    const socket = connectTls({ host, port, servername, lookup: guard.lookup, ...(ca !== undefined && { ca }) });
    try {
      await opened(socket, 'secureConnect', timeouts.connectMs);
      return describeCertificate(socket, hostname, now);
    } catch (error) {
      return explainTlsFailure(error, hostname);
    } finally {
      socket.destroy();
    }
  });
}

async function timed(step: Step, check: () => Promise<Found>): Promise<CheckStep> {
  const startedAt = performance.now();
  const found = await check().catch((error: unknown) => explainOwn(error));
  return { step, ...found, durationMs: Math.round(performance.now() - startedAt) };
}

function targetOf(url: string, guard: AddressGuard): { host: string; hostname: string; port: number; isTls: boolean } {
  const { hostname, port, protocol } = guard.assertHost(url);
  const isTls = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  return { host, hostname, port: port === '' ? (isTls ? 443 : 80) : Number(port), isTls };
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(`No answer within ${seconds(timeoutMs)}`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    socket.once(event, () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** The guard's own errors already say what to do. */
function explainOwn(error: unknown): Found {
  if (!(error instanceof IntegrationError)) throw error;
  return { status: 'failed', message: error.message };
}

function explainAddress(error: unknown, hostname: string, port: number): Found {
  const code = errorCode(error) ?? '';
  if (error instanceof IntegrationError) return explainOwn(error);
  if (LOOKUP_CODES.has(code)) {
    const hint = 'Check the spelling of the address, and that the DNS server of this machine knows it.';
    return { status: 'failed', message: `The host name ${hostname} was not found (${code})`, hint };
  }
  if (code === 'ECONNREFUSED') {
    const hint = 'Check the port, and that the service runs there.';
    return { status: 'failed', message: `${hostname} refuses connections on port ${port}`, hint };
  }
  const hint = `Ask for port ${port} to be opened from this machine to ${hostname} in every firewall on the way.`;
  return { status: 'failed', message: `${hostname} cannot be reached on port ${port} (${code})`, hint };
}

function describeCertificate(socket: TLSSocket, hostname: string, now: number): Found {
  const { valid_to: validTo, issuer } = socket.getPeerCertificate();
  const endsAt = Date.parse(validTo);
  const days = Math.floor((endsAt - now) / DAY_MS);
  const by = [issuer.O, issuer.CN].flat().find((name) => name !== undefined) ?? 'an unnamed authority';
  const until = new Date(endsAt).toISOString().slice(0, 10);
  const message = `The certificate of ${hostname} is trusted, issued by ${by}, valid until ${until}`;
  if (days >= SOON_DAYS) return { status: 'passed', message };
  return {
    status: 'passed',
    message: `${message}: ${days} days left`,
    hint: 'Have it renewed before it stops the calls.',
  };
}

function explainTlsFailure(error: unknown, hostname: string): Found {
  if (error instanceof IntegrationError) return explainOwn(error);
  const code = errorCode(error) ?? '';
  const why =
    explainTls(code) ?? (code === 'ETIMEDOUT' ? 'the TLS handshake took too long' : `no TLS connection (${code})`);
  return { status: 'failed', message: `${hostname}: ${why}`, hint: TLS_HINTS[code] ?? TLS_HINT };
}

const HTTP_HINT = 'Use an https address: credentials would cross the network as plain text.';

const TLS_HINT = 'Open the address in a browser on this machine and look at its certificate and port.';

const TRUST_HINT =
  'Install a certificate from a public authority, or give this machine the issuing authority with NODE_EXTRA_CA_CERTS=<file.pem>.';

const TLS_HINTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Have the certificate of the server renewed.',
  CERT_NOT_YET_VALID: 'Compare the clocks of this machine and of the server.',
  DEPTH_ZERO_SELF_SIGNED_CERT: TRUST_HINT,
  SELF_SIGNED_CERT_IN_CHAIN: `${TRUST_HINT} A proxy that inspects TLS looks like this, too.`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Have the server send its intermediate certificates, too.',
  UNABLE_TO_GET_ISSUER_CERT: TRUST_HINT,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST_HINT,
  ERR_TLS_CERT_ALTNAME_INVALID: 'Use the host name that stands in the certificate.',
};
