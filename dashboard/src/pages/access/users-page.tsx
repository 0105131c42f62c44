import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { AddIcon } from '../../components/icons.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useApi } from '../../queries.ts';
import type { Page as List, User } from '../../types.ts';
import { ResetPassword } from './reset-password.tsx';
import { ROLES } from './roles.ts';
import { Tokens } from './tokens.tsx';

/** Who may sign in, and which programs have a token. */
export default function UsersPage() {
  const users = useApi<List<User>>('/users?limit=500');
  const [isOpen, setOpen] = useState(false);
  const [forgetful, setForgetful] = useState<string>();
  const [error, setError] = useState<unknown>();
  const change = async (name: string, changes: object): Promise<void> => {
    setError(undefined);
    try {
      await api('PUT', `/users/${encodeURIComponent(name)}`, changes);
    } catch (caught) {
      setError(caught);
    }
    await queryClient.invalidateQueries();
  };
  const button = (
    <Button leftSection={<AddIcon size={16} />} onClick={() => setOpen(true)}>
      New user
    </Button>
  );
  return (
    <Page title="Users and tokens" lead="Who may sign in here, and which programs may ask the API." actions={button}>
      <div className="stack">
        <ErrorNote error={error} />
        <Panel title="Users" flush>
          <QueryView query={users}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title="No user yet">You are signed in with a token. Make a user for each person.</Empty>
              ) : (
                <Table
                  label="Users"
                  rows={items}
                  rowKey={({ name }) => name}
                  columns={[
                    { title: 'Name', kind: 'main', cell: ({ name }) => <span className="strong">{name}</span> },
                    {
                      title: 'Role',
                      cell: ({ name, role }) => (
                        <NativeSelect
                          aria-label={`Role of ${name}`}
                          size="xs"
                          data={ROLES}
                          value={role}
                          onChange={(event) => void change(name, { role: event.currentTarget.value })}
                        />
                      ),
                    },
                    { title: 'Signs in', kind: 'hide', cell: ({ issuer }) => issuer ?? 'with a password' },
                    { title: 'Last time', kind: 'hide', cell: ({ signedInAt }) => <Time at={signedInAt} /> },
                    {
                      title: 'Do',
                      cell: ({ name, isDisabled, hasPassword }) => (
                        <span className="row">
                          {hasPassword && (
                            <Button size="compact-sm" variant="default" onClick={() => setForgetful(name)}>
                              New password
                            </Button>
                          )}
                          <Button
                            size="compact-sm"
                            variant="default"
                            onClick={() => void change(name, { isDisabled: !isDisabled })}
                          >
                            {isDisabled ? 'Enable' : 'Disable'}
                          </Button>
                        </span>
                      ),
                    },
                  ]}
                />
              )
            }
          </QueryView>
        </Panel>
        <Tokens />
      </div>
      <ResetPassword key={forgetful} user={forgetful} onClose={() => setForgetful(undefined)} />
      <NewUser isOpen={isOpen} onClose={() => setOpen(false)} />
    </Page>
  );
}

function NewUser({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState('viewer');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>();
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setError(undefined);
    try {
      await api('POST', '/users', { name, role, password });
      setName('');
      setPassword('');
      await queryClient.invalidateQueries();
      onClose();
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title="New user" centered>
      <form className="stack" onSubmit={(event) => void save(event)}>
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
        <NativeSelect label="Role" data={ROLES} value={role} onChange={(event) => setRole(event.currentTarget.value)} />
        <PasswordField
          description="It can be changed at the account."
          kind="new"
          value={password}
          onChange={setPassword}
        />
        <ErrorNote error={error} />
        <Button type="submit">Make the user</Button>
      </form>
    </Modal>
  );
}
