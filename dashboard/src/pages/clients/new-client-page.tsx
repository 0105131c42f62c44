import { Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { navigate, type Params, useFilters } from '../../lib/router.tsx';
import { hrefOf, returnHref } from '../../lib/hrefs.ts';
import { useConnector } from '../../queries.ts';
import { ClientForm } from './client-form.tsx';

/** The form of a connector's prototype; after saving the connection is tested on the client's page. */
export default function NewClientPage({ params }: { readonly params: Params }) {
  const connector = useConnector(params['connector']);
  const [filters] = useFilters();
  const show = (identifier: string): void => {
    const back = returnHref(filters, identifier);
    const query = new URLSearchParams({ test: 'now', ...(back !== undefined && { back }) }).toString();
    navigate(`${hrefOf('client', identifier)}?${query}`);
  };
  return (
    <Page
      title={connector.data ? `Connect ${connector.data.title}` : 'New client'}
      lead={connector.data?.description}
      back={{ href: '/clients/new', label: 'All connectors' }}
    >
      <QueryView query={connector}>{(data) => <ClientForm connector={data} onSaved={show} />}</QueryView>
    </Page>
  );
}
