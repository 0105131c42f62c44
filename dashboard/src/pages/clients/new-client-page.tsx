import { useNavigate, useParams } from '@tanstack/react-router';
import { Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { useFilters } from '../../lib/router.tsx';
import { documentLink, returnHref } from '../../lib/links.ts';
import { useConnector } from '../../queries.ts';
import { ClientForm } from './client-form.tsx';

/** The form of a connector's prototype; after saving the connection is tested on the client's page. */
export default function NewClientPage() {
  const navigate = useNavigate();
  const connector = useConnector(useParams({ from: '/clients/new/$connector' }).connector);
  const [filters] = useFilters();
  const show = (identifier: string): void => {
    const back = returnHref(filters, identifier);
    void navigate({
      ...documentLink('client', identifier),
      search: { test: 'now', ...(back !== undefined && { back }) },
    });
  };
  return (
    <Page
      title={connector.data ? `Connect ${connector.data.title}` : 'New client'}
      lead={connector.data?.description}
      back={{ to: '/clients/new', label: 'All connectors' }}
    >
      <QueryView query={connector}>{(data) => <ClientForm connector={data} onSaved={show} />}</QueryView>
    </Page>
  );
}
