import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type SyntheticEvent, useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Page, Panel } from '../../components/page.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useApi, useMe } from '../../queries.ts';
import type { Page as List, Session } from '../../types.ts';

/** Who you are here, where you are signed in, and your password. */
export default function AccountPage() {
  const me = useMe();
  return (
    <Page title="Your account">
      <QueryView query={me}>
        {({ name, role, kind, issuer }) => (
          <div className="stack">
            <Panel
              title={name}
              hint={kind === 'user' ? `You are ${role} here.` : `An access token with the role ${role}.`}
            >
              {kind === 'token' && <p className="muted">Tokens have no sessions and no password.</p>}
              {kind === 'user' && issuer === null && <Password />}
              {issuer !== null && (
                <p className="muted">
                  You sign in at <code>{issuer}</code>; your password is kept there.
                </p>
              )}
            </Panel>
            {kind === 'user' && <Sessions />}
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function Sessions() {
  const sessions = useApi<List<Session>>('/me/sessions');
  const [error, setError] = useState<unknown>();
  const end = async (path: string): Promise<void> => {
    try {
      await api('DELETE', path);
      await queryClient.invalidateQueries();
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <Panel
      title="Where you are signed in"
      flush
      actions={
        <Button variant="default" onClick={() => void end('/me/sessions')}>
          End all others
        </Button>
      }
    >
      <ErrorNote error={error} />
      <QueryView query={sessions}>
        {({ items }) => (
          <Table
            label="Sessions"
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              { title: 'Browser', kind: 'main', cell: ({ agent }) => agent },
              { title: 'Address', kind: 'hide', cell: ({ address }) => <code>{address}</code> },
              { title: 'Last used', cell: ({ usedAt, isCurrent }) => (isCurrent ? 'Now' : <Time at={usedAt} />) },
              {
                title: 'End',
                cell: ({ id, isCurrent }) =>
                  isCurrent ? (
                    'This one'
                  ) : (
                    <Button size="compact-sm" variant="default" onClick={() => void end(`/me/sessions/${id}`)}>
                      End
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </QueryView>
    </Panel>
  );
}

function Password() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>();
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setError(undefined);
    try {
      await api('PUT', '/me/password', { current, password });
      setCurrent('');
      setPassword('');
      notifications.show({ message: 'Your password is changed, and all other sessions are over.' });
      await queryClient.invalidateQueries();
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <form className="stack" style={{ maxWidth: 420 }} onSubmit={(event) => void save(event)}>
      <PasswordField label="Current password" kind="current" value={current} onChange={setCurrent} />
      <PasswordField
        label="New password"
        description="Ends all your other sessions."
        kind="new"
        value={password}
        onChange={setPassword}
      />
      <ErrorNote error={error} />
      <div>
        <Button type="submit" disabled={current === '' || password === ''}>
          Change the password
        </Button>
      </div>
    </form>
  );
}
