import { Button, Modal, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { AddIcon } from '../../components/icons.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useApi } from '../../queries.ts';
import type { Page as List } from '../../types.ts';

interface Variable {
  readonly name: string;
  /** Null for secrets. */
  readonly value: string | null;
  readonly isSecret: boolean;
  readonly author: string;
  readonly updatedAt: string;
  readonly isOverridden: boolean;
}

/** What documents read by `${NAME}`, kept on the server. */
export default function VariablesPage() {
  const variables = useApi<List<Variable>>('/variables');
  const [edited, setEdited] = useState<string>();
  return (
    <Page
      title="Variables"
      lead={
        <>
          Documents read them as <code>{'${NAME}'}</code>, so that the same documents work in another environment. A
          variable of the same name in the environment of the server counts before.
        </>
      }
      actions={
        <Button leftSection={<AddIcon size={16} />} onClick={() => setEdited('')}>
          New variable
        </Button>
      }
    >
      <Panel flush>
        <QueryView query={variables}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No variable yet">
                Keep addresses and secrets here that differ between test and production.
              </Empty>
            ) : (
              <Table
                label="Variables"
                rows={items}
                rowKey={({ name }) => name}
                columns={[
                  {
                    title: 'Name',
                    cell: ({ name, isOverridden }) => (
                      <span className="row">
                        <code className="strong">{name}</code>
                        {isOverridden && (
                          <span className="badge warn plain" title="The environment has another value, which counts">
                            overridden
                          </span>
                        )}
                      </span>
                    ),
                  },
                  {
                    title: 'Value',
                    kind: 'main',
                    cell: ({ value }) =>
                      value === null ? <span className="muted">secret</span> : <code>{value}</code>,
                  },
                  {
                    title: 'Changed',
                    kind: 'hide',
                    cell: ({ author, updatedAt }) => (
                      <>
                        <Time at={updatedAt} /> by {author}
                      </>
                    ),
                  },
                  {
                    title: 'Do',
                    kind: 'tight',
                    cell: ({ name }) => (
                      <span className="row">
                        <Button size="compact-sm" variant="default" onClick={() => setEdited(name)}>
                          Set
                        </Button>
                        <ConfirmButton
                          size="compact-sm"
                          variant="default"
                          question={`Remove ${name}?`}
                          explanation="Documents that name it are not valid any more, and stop."
                          confirm="Remove"
                          action={async () => {
                            await api('DELETE', `/variables/${name}`);
                            await queryClient.invalidateQueries();
                          }}
                        >
                          Remove
                        </ConfirmButton>
                      </span>
                    ),
                  },
                ]}
              />
            )
          }
        </QueryView>
      </Panel>
      <SetVariable key={edited} name={edited} onClose={() => setEdited(undefined)} />
    </Page>
  );
}

/** Sets a variable; `''` is a new one, and undefined none at all. */
function SetVariable({ name: given, onClose }: { readonly name: string | undefined; readonly onClose: () => void }) {
  const [name, setName] = useState(given ?? '');
  const [value, setValue] = useState('');
  const [isSecret, setSecret] = useState(true);
  const save = useMutation({
    mutationFn: () => api('PUT', `/variables/${encodeURIComponent(name)}`, { value, isSecret }),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      onClose();
    },
  });
  const field = {
    label: 'Value',
    autoComplete: 'off',
    value,
    onChange: (event: { currentTarget: { value: string } }) => setValue(event.currentTarget.value),
  };
  return (
    <Modal
      opened={given !== undefined}
      onClose={onClose}
      title={given === '' ? 'New variable' : `Set ${given ?? ''}`}
      centered
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {given === '' && (
          <TextInput
            label="Name"
            description="Letters, digits and _"
            placeholder="HALO_SECRET"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        {isSecret ? <PasswordInput {...field} /> : <Textarea autosize minRows={1} {...field} />}
        <Switch
          label="A secret: never shown again"
          checked={isSecret}
          onChange={(event) => setSecret(event.currentTarget.checked)}
        />
        <ErrorNote error={save.error} />
        <Button type="submit" loading={save.isPending} disabled={name === '' || value === ''}>
          Set it
        </Button>
      </form>
    </Modal>
  );
}
