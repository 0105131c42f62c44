import { Anchor, Button, TextInput } from '@mantine/core';
import { type ReactNode, type SyntheticEvent, useEffect, useState } from 'react';
import { api, ApiError, queryClient } from '../api.ts';
import { setSignedIn, signInWithToken } from '../auth.ts';
import { ErrorNote } from '../components/error-note.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { useWaysIn } from '../queries.ts';

/** The way in: the set-up of a fresh server, else name and password, a provider, or an access token. */
export function SignIn() {
  const ways = useWaysIn();
  const [hasToken, setHasToken] = useState(false);
  useEffect(() => {
    if (ways.data?.isSignedIn) setSignedIn('in');
  }, [ways.data]);
  if (ways.error) {
    return (
      <Card title="Sign in" lead="">
        <ErrorNote error={ways.error} />
      </Card>
    );
  }
  if (!ways.data || ways.data.isSignedIn) return <main className="sign-in" aria-busy="true" />;
  const other = (
    <Anchor component="button" type="button" size="sm" onClick={() => setHasToken(!hasToken)}>
      {hasToken ? 'Back' : 'Sign in with an access token'}
    </Anchor>
  );
  if (hasToken) return <WithToken>{other}</WithToken>;
  if (!ways.data.isSetUp) return <SetUp>{other}</SetUp>;
  return <WithPassword provider={ways.data.oidc?.title}>{other}</WithPassword>;
}

function WithPassword({ provider, children }: { readonly provider: string | undefined; readonly children: ReactNode }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = async (): Promise<void> => enter('/sign-in', { name: name.trim(), password });
  return (
    <Card title="Sign in" lead="With your name and password.">
      <Form button="Sign in" isReady={name.trim() !== '' && password !== ''} submit={submit}>
        <NameField value={name} onChange={setName} />
        <PasswordField kind="current" size="md" value={password} onChange={setPassword} />
      </Form>
      {provider !== undefined && (
        <Button component="a" href="/api/v1/oidc/start" variant="default" size="md">
          Sign in with {provider}
        </Button>
      )}
      {children}
    </Card>
  );
}

function SetUp({ children }: { readonly children: ReactNode }) {
  const [token, setToken] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = async (): Promise<void> => enter('/setup', { token: token.trim(), name: name.trim(), password });
  return (
    <Card
      title="Set up Sluice"
      lead={
        <>
          Make the first user, an administrator. The token stands in the output of the first start, or is the value of{' '}
          <code>SLUICE_TOKEN</code>.
        </>
      }
    >
      <Form button="Make the administrator" isReady={token !== '' && name !== '' && password !== ''} submit={submit}>
        <PasswordField label="Administrator token" kind="token" size="md" value={token} onChange={setToken} />
        <NameField value={name} onChange={setName} />
        <PasswordField kind="new" size="md" value={password} onChange={setPassword} />
      </Form>
      {children}
    </Card>
  );
}

/** A token is tried before it is kept. */
function WithToken({ children }: { readonly children: ReactNode }) {
  const [token, setToken] = useState('');
  const submit = async (): Promise<void> => {
    await checkToken(token.trim());
    signInWithToken(token.trim());
  };
  return (
    <Card title="Sign in" lead="With an access token of this server; this tab forgets it when it is closed.">
      <Form button="Sign in" isReady={token.trim() !== ''} submit={submit}>
        <PasswordField label="Access token" kind="token" size="md" value={token} onChange={setToken} />
      </Form>
      {children}
    </Card>
  );
}

function NameField({ value, onChange }: { readonly value: string; readonly onChange: (name: string) => void }) {
  return (
    <TextInput
      label="Name"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="username"
      required
      size="md"
    />
  );
}

interface CardProps {
  readonly title: string;
  readonly lead: ReactNode;
  readonly children: ReactNode;
}

function Card({ title, lead, children }: CardProps) {
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="brand" style={{ padding: 0 }}>
          <img src="/favicon.svg" alt="" />
          Sluice
        </div>
        <div>
          <h1>{title}</h1>
          <p className="lead">{lead}</p>
        </div>
        {children}
      </div>
    </main>
  );
}

interface FormProps {
  readonly button: string;
  readonly isReady: boolean;
  readonly submit: () => Promise<void>;
  readonly children: ReactNode;
}

function Form({ button, isReady, submit, children }: FormProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await submit();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <form className="stack" onSubmit={(event) => void send(event)}>
      {children}
      <ErrorNote error={error} />
      <Button type="submit" size="md" loading={isBusy} disabled={!isReady}>
        {button}
      </Button>
    </form>
  );
}

/** @throws ApiError when the server lets nobody in by this. */
async function enter(path: string, body: object): Promise<void> {
  await api('POST', path, body);
  queryClient.clear();
  setSignedIn('in');
}

/** @throws ApiError when the server does not take the token, or does not answer. */
async function checkToken(token: string): Promise<void> {
  const answer = await fetch('/api/v1/me', { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
  if (!answer) throw new ApiError(0, 'ERR_NO_ANSWER', 'The server does not answer. Is it running?', {});
  if (answer.status === 401) throw new ApiError(401, 'ERR_UNAUTHENTICATED', 'This token is not known here', {});
  if (!answer.ok) throw new ApiError(answer.status, 'ERR_ANSWER', `The server answered ${answer.status}`, {});
}
