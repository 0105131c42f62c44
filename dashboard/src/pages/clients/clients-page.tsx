import { ConnectorLogo, ConnectorTitle } from '../../components/connector-title.tsx';
import { DocumentName } from '../../components/document-name.tsx';
import { ListPage } from '../../components/list-page.tsx';
import type { Column } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useClients } from '../../queries.ts';
import type { ClientOverview } from '../../types.ts';
import { ClientHealth } from './client-health.tsx';

/** The systems that are connected. */
export default function ClientsPage() {
  return (
    <ListPage
      kind="client"
      title="Clients"
      lead="A client is one instance of a system: its address, its sign-in, its limits."
      word="client"
      query={useClients()}
      columns={COLUMNS}
      empty={{
        title: 'No system is connected',
        text: 'Pick the system to read from or write to. It takes an address and credentials.',
        action: 'Choose a connector',
      }}
    />
  );
}

const COLUMNS: readonly Column<ClientOverview>[] = [
  {
    title: 'Client',
    kind: 'main',
    cell: (document) => (
      <span className="row nowrap">
        <ConnectorLogo name={document.spec.connector} size={30} />
        <DocumentName kind="client" document={document} />
      </span>
    ),
  },
  { title: 'System', cell: ({ spec }) => <ConnectorTitle name={spec.connector} /> },
  { title: 'Health', cell: (client) => <ClientHealth client={client} /> },
  { title: 'Token until', kind: 'hide', cell: ({ state }) => <Time at={state.tokenExpiresAt} /> },
];
