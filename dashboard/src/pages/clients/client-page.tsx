import { Button, Tabs } from '@mantine/core';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ConsoleIcon, DeleteIcon } from '../../components/icons.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { hrefOf, returnHref } from '../../lib/hrefs.ts';
import { Link, navigate, type Params, useFilters } from '../../lib/router.tsx';
import { deleteDocument, useClients, useConnector, useDocument } from '../../queries.ts';
import type { ClientOverview, ClientSpec } from '../../types.ts';
import { ClientActivity } from './client-activity.tsx';
import { ClientForm } from './client-form.tsx';
import { ClientHealth } from './client-health.tsx';
import { PersonSignIn } from './person-sign-in.tsx';
import { TestConnection } from './test-connection.tsx';

/** One client: whether it works, who uses it, its settings. */
export default function ClientPage({ params }: { readonly params: Params }) {
  const id = params['id'] ?? '';
  const clients = useClients();
  const [filters, setFilters] = useFilters();
  const client = clients.data?.items.find(({ identifier }) => identifier === id);
  const back = returnHref(filters, id);
  return (
    <Page
      title={client?.name ?? id}
      lead={client && <ClientHealth client={client} />}
      back={{ href: '/clients', label: 'Clients' }}
      actions={
        <>
          {back !== undefined && <Button onClick={() => navigate(back)}>Back to the template</Button>}
          <Button
            variant="default"
            leftSection={<ConsoleIcon size={16} />}
            onClick={() => navigate(`/console?client=${encodeURIComponent(id)}`)}
          >
            Open in the console
          </Button>
          <VersionsButton kind="client" identifier={id} />
          <ConfirmButton
            variant="default"
            leftSection={<DeleteIcon size={16} />}
            question={`Delete ${id}?`}
            explanation="Address, credentials and limits are gone for good. While an incoming or an outgoing uses it, the server refuses."
            confirm="Delete"
            action={async () => {
              await deleteDocument('client', id);
              navigate('/clients');
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
              value={filters['tab'] ?? 'connection'}
              onChange={(tab) => setFilters({ tab, test: null })}
              keepMounted={false}
            >
              <Tabs.List mb="md">
                <Tabs.Tab value="connection">Connection</Tabs.Tab>
                <Tabs.Tab value="settings">Settings</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="connection">
                <Connection client={client} testNow={filters['test'] === 'now'} />
              </Tabs.Panel>
              <Tabs.Panel value="settings">
                <Settings client={client} />
              </Tabs.Panel>
            </Tabs>
          ) : (
            <Empty title={`There is no client "${id}"`} action={<Link href="/clients">All clients</Link>} />
          )
        }
      </QueryView>
    </Page>
  );
}

function Connection({ client, testNow }: { readonly client: ClientOverview; readonly testNow: boolean }) {
  const { identifier, spec } = client;
  return (
    <div className="split">
      <div className="stack">
        {/authorization-code/.test(spec.authentication) && <PersonSignIn client={identifier} />}
        <TestConnection client={identifier} startNow={testNow} />
      </div>
      <div className="stack">
        <ClientActivity client={identifier} spec={spec} />
        <Panel title="What it is">
          <dl className="facts">
            <dt>Connector</dt>
            <dd>{spec.connector}</dd>
            <dt>Sign-in</dt>
            <dd>{spec.authentication}</dd>
            {Object.entries(spec.parameters).map(([name, value]) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>{String(value)}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </div>
  );
}

function Settings({ client }: { readonly client: ClientOverview }) {
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
              onSaved={(identifier) => navigate(`${hrefOf('client', identifier)}?test=now`)}
            />
          )}
        </QueryView>
      )}
    </QueryView>
  );
}
