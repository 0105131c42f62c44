/**
 * What style elements that are made while the page runs have to carry: the policy of the server lets no others in.
 * Empty beside a development server, which has no policy.
 */
export const NONCE = readNonce();

function readNonce(): string {
  const value = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
  return value.startsWith('__') ? '' : value;
}
