import { Button, PasswordInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { ApiError } from '../api.ts';
import { signIn } from '../auth.ts';
import { ErrorNote } from '../components/error-note.tsx';

/** Asks for the access token. A token is tried before it is kept. */
export function SignIn() {
  const [token, setToken] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await checkToken(token.trim());
      signIn(token.trim());
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={(event) => void submit(event)}>
        <div className="brand" style={{ padding: 0 }}>
          <img src="/favicon.svg" alt="" />
          Sluice
        </div>
        <div>
          <h1>Sign in</h1>
          <p className="lead">
            With the access token of this server. It is the value of <code>SLUICE_TOKEN</code>, or stands in the output
            of the first start.
          </p>
        </div>
        <PasswordInput
          label="Access token"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          autoComplete="current-password"
          data-autofocus
          required
          size="md"
        />
        <ErrorNote error={error} />
        <Button type="submit" size="md" loading={isBusy} disabled={token.trim() === ''}>
          Sign in
        </Button>
      </form>
    </main>
  );
}

/** @throws ApiError when the server does not take the token, or does not answer. */
async function checkToken(token: string): Promise<void> {
  const answer = await fetch('/api/v1/status', { headers: { authorization: `Bearer ${token}` } }).catch(
    () => undefined,
  );
  if (!answer) throw new ApiError(0, 'ERR_NO_ANSWER', 'The server does not answer. Is it running?', {});
  if (answer.status === 401) throw new ApiError(401, 'ERR_UNAUTHENTICATED', 'This token is not known here', {});
  if (!answer.ok) throw new ApiError(answer.status, 'ERR_ANSWER', `The server answered ${answer.status}`, {});
}
