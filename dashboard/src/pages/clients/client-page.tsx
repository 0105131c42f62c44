import { Button, Tabs } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ConsoleIcon, DeleteIcon } from '../../components/icons.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Empty, Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { documentLink, returnHref } from '../../lib/links.ts';
import { Link, useFilters } from '../../lib/router.tsx';
import { deleteDocument, useClients, useConnector, useDocument } from '../../queries.ts';
import type { ClientOverview, ClientSpec } from '../../types.ts';
import { ClientActivity } from './client-activity.tsx';
import { ClientFacts } from './client-facts.tsx';
import { ClientForm } from './client-form.tsx';
import { ClientHealth } from './client-health.tsx';
import { EarlierLinks } from './earlier-links.tsx';
import { PersonSignIn } from './person-sign-in.tsx';
import { TestConnection } from './test-connection.tsx';

/** One client: whether it works, who uses it, its settings. */
export default function ClientPage() {
  const navigate = useNavigate();
  const { id } = useParams({ from: '/clients/$id' });
  const clients = useClients();
  const [filters, setFilters] = useFilters();
  const client = clients.data?.items.find(({ identifier }) => identifier === id);
  const back = returnHref(filters, id);
  const [isGood, setGood] = useState<boolean>();
  return (
    <Page
      title={client?.name ?? id}
      lead={
        isGood === false ? (
          <span className="badge bad">The test failed</span>
        ) : (
          client && <ClientHealth client={client} />
        )
      }
      back={{ to: '/clients', label: 'Clients' }}
      actions={
        <>
          {back !== undefined && <Button onClick={() => void navigate({ href: back })}>Back to the template</Button>}
          <LinkButton to="/console" search={{ client: id }} variant="default" leftSection={<ConsoleIcon size={16} />}>
            Open in the console
          </LinkButton>
          <VersionsButton kind="client" identifier={id} />
          <ConfirmButton
            variant="default"
            leftSection={<DeleteIcon size={16} />}
            question={`Delete ${id}?`}
            explanation="Address, credentials and limits are gone for good. While an incoming or an outgoing uses it, the server refuses."
            confirm="Delete"
            action={async () => {
              await deleteDocument('client', id);
              await navigate({ to: '/clients' });
            }}
          >
            Delete
          </ConfirmButton>
        </>
      }
    >
      <QueryView query={clients}>
        {() =>
          client ? (
            <Tabs
              value={filters.tab ?? 'connection'}
              onChange={(tab) => setFilters({ tab, test: null })}
              keepMounted={false}
            >
              <Tabs.List mb="md">
                <Tabs.Tab value="connection">Connection</Tabs.Tab>
                <Tabs.Tab value="settings">Settings</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="connection">
                <Connection client={client} testNow={filters.test === 'now'} onResult={setGood} />
              </Tabs.Panel>
              <Tabs.Panel value="settings">
                <Settings client={client} />
              </Tabs.Panel>
            </Tabs>
          ) : (
            <Empty title={`There is no client "${id}"`} action={<Link to="/clients">All clients</Link>} />
          )
        }
      </QueryView>
    </Page>
  );
}

interface ConnectionProps {
  readonly client: ClientOverview;
  readonly testNow: boolean;
  readonly onResult: (isGood: boolean) => void;
}

function Connection({ client, testNow, onResult }: ConnectionProps) {
  const { identifier, spec } = client;
  return (
    <div className="split">
      <div className="stack">
        {/authorization-code/.test(spec.authentication) && <PersonSignIn client={identifier} />}
        <TestConnection client={identifier} startNow={testNow} onResult={onResult} />
        <EarlierLinks client={identifier} />
        <ClientFacts spec={spec} />
      </div>
      <div className="stack">
        <ClientActivity client={identifier} spec={spec} />
      </div>
    </div>
  );
}

function Settings({ client }: { readonly client: ClientOverview }) {
  const navigate = useNavigate();
  const [{ back, option }] = useFilters();
  const connector = useConnector(client.spec.connector);
  const document = useDocument<ClientSpec>('client', client.identifier);
  return (
    <QueryView query={connector}>
      {(data) => (
        <QueryView query={document}>
          {(found) => (
            <ClientForm
              connector={data}
              document={found}
              onSaved={(identifier) =>
                void navigate({ ...documentLink('client', identifier), search: { test: 'now', back, option } })
              }
            />
          )}
        </QueryView>
      )}
    </QueryView>
  );
}
