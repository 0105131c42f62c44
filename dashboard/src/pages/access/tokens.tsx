import { Alert, Button, Modal, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useApi } from '../../queries.ts';
import type { AccessToken, Page as List } from '../../types.ts';
import { ROLES } from './roles.ts';

/** Access tokens of programs. */
export function Tokens() {
  const tokens = useApi<List<AccessToken>>('/tokens?limit=500');
  const [isOpen, setOpen] = useState(false);
  const withdraw = async (id: string): Promise<void> => {
    await api('DELETE', `/tokens/${id}`);
    await queryClient.invalidateQueries();
  };
  return (
    <Panel
      title="Access tokens"
      hint="For programs. A token is shown once, when it is made."
      flush
      actions={
        <Button variant="default" onClick={() => setOpen(true)}>
          New token
        </Button>
      }
    >
      <QueryView query={tokens}>
        {({ items }) => (
          <Table
            label="Access tokens"
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              { title: 'Name', kind: 'main', cell: ({ name }) => <span className="strong">{name}</span> },
              { title: 'Role', cell: ({ role, scopes }) => (scopes ? `${role}: ${scopes.join(', ')}` : role) },
              { title: 'Last used', kind: 'hide', cell: ({ usedAt }) => <Time at={usedAt} /> },
              {
                title: 'Valid until',
                kind: 'hide',
                cell: ({ expiresAt }) => (expiresAt === null ? 'For ever' : <Time at={expiresAt} />),
              },
              {
                title: 'End',
                cell: ({ id, name }) => (
                  <ConfirmButton
                    size="compact-sm"
                    variant="default"
                    question={`Withdraw "${name}"?`}
                    explanation="Programs that use it are refused from now on."
                    confirm="Withdraw"
                    action={() => withdraw(id)}
                  >
                    Withdraw
                  </ConfirmButton>
                ),
              },
            ]}
          />
        )}
      </QueryView>
      <NewToken isOpen={isOpen} onClose={() => setOpen(false)} />
    </Panel>
  );
}

function NewToken({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState('viewer');
  const [days, setDays] = useState<string | number>(365);
  const [token, setToken] = useState<string>();
  const [error, setError] = useState<unknown>();
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setError(undefined);
    try {
      const limit = typeof days === 'number' ? { days } : {};
      const made = await api<{ token: string }>('POST', '/tokens', { name, role, ...limit });
      setToken(made.token);
      await queryClient.invalidateQueries();
    } catch (caught) {
      setError(caught);
    }
  };
  const close = (): void => {
    setToken(undefined);
    setName('');
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title="New access token" centered>
      {token === undefined ? (
        <form className="stack" onSubmit={(event) => void save(event)}>
          <TextInput
            label="Name"
            description="Who or what uses it."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
          />
          <NativeSelect
            label="Role"
            data={ROLES}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value)}
          />
          <NumberInput
            label="Valid for days"
            description="Empty: for ever."
            min={1}
            max={3650}
            value={days}
            onChange={setDays}
          />
          <ErrorNote error={error} />
          <Button type="submit">Make the token</Button>
        </form>
      ) : (
        <div className="stack">
          <Alert color="green" title="Copy it now: it is never shown again.">
            <code style={{ overflowWrap: 'anywhere' }}>{token}</code>
          </Alert>
          <CopyButton text={token} label="Copy the token" />
        </div>
      )}
    </Modal>
  );
}
