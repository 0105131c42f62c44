import { type DataRecord, plainText } from '../core/record.ts';
import type { FakeClient } from './fake-client.ts';
import type { SignInFixture } from './fixtures.ts';

/** Longer than any token lives. */
const LONG_MS = 400 * 86_400_000;
/** Renewals that a fixture may show. */
const MOST_RENEWALS = 5;

/**
 * Signs in as a fixture shows it: as a person who comes back with a code, where the first call trades one; and once more
 * after the token's end for each call that is left.
 */
export async function signInAs(
  { client, clock }: FakeClient,
  fixture: SignInFixture,
  left: () => number,
  signal: AbortSignal,
): Promise<void> {
  const first = fixture.exchanges[0]?.request;
  const fields = (first?.form ?? first?.body ?? {}) as DataRecord;
  const authorization = await client.inside.authorization(signal);
  if (authorization) {
    const text = (name: string): string => plainText(fields[name]);
    await authorization.finish({
      code: text('code'),
      redirectUri: text('redirect_uri'),
      verifier: text('code_verifier'),
    });
  }
  await client.inside.authenticate(signal);
  for (let renewals = 0; left() > 0 && renewals < MOST_RENEWALS; renewals += 1) {
    clock.now += LONG_MS;
    await client.inside.authenticate(signal);
  }
}
