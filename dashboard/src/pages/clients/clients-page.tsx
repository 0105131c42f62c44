import { Button } from '@mantine/core';
import { AddIcon } from '../../components/icons.tsx';
import { Logo } from '../../components/logo.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { hrefOf } from '../../lib/hrefs.ts';
import { Link, navigate } from '../../lib/router.tsx';
import { useClients } from '../../queries.ts';
import type { ClientOverview } from '../../types.ts';
import { ClientHealth } from './client-health.tsx';

/** The systems that are connected. */
export default function ClientsPage() {
  const clients = useClients();
  return (
    <Page
      title="Clients"
      lead="A client is one instance of a system: its address, its sign-in, its limits."
      actions={
        <Button leftSection={<AddIcon size={16} />} onClick={() => navigate('/clients/new')}>
          New client
        </Button>
      }
    >
      <Panel flush>
        <QueryView query={clients}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No system is connected" action={<Link href="/clients/new">Choose a connector</Link>}>
                Pick the system to read from or write to. It takes an address and credentials.
              </Empty>
            ) : (
              <ClientTable clients={items} />
            )
          }
        </QueryView>
      </Panel>
    </Page>
  );
}

function ClientTable({ clients }: { readonly clients: readonly ClientOverview[] }) {
  return (
    <Table
      label="Clients"
      rows={clients}
      rowKey={({ identifier }) => identifier}
      columns={[
        {
          title: 'Client',
          kind: 'main',
          cell: ({ identifier, name, spec }) => (
            <span className="row nowrap">
              <Logo name={spec.connector} size={30} />
              <Link className="strong" href={hrefOf('client', identifier)}>
                {name ?? identifier}
              </Link>
            </span>
          ),
        },
        { title: 'Connector', cell: ({ spec }) => spec.connector },
        { title: 'Health', cell: (client) => <ClientHealth client={client} /> },
        { title: 'Token until', kind: 'hide', cell: ({ state }) => <Time at={state.tokenExpiresAt} /> },
      ]}
    />
  );
}
