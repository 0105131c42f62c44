import { FromDraft } from '../../components/new-drafts.tsx';
import { Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { WithDraft } from '../../components/with-draft.tsx';
import { hrefOf } from '../../lib/hrefs.ts';
import { type Params, useFilters } from '../../lib/router.tsx';
import { useDocument } from '../../queries.ts';
import type { RouteSpec } from '../../types.ts';
import { RouteForm } from './route-form.tsx';

/** Sets a route up, or changes it. */
export default function EditRoutePage({ params }: { readonly params: Params }) {
  const id = params['id'];
  const [{ incoming = '', outgoing = '' }] = useFilters();
  const document = useDocument<RouteSpec>('route', id);
  if (id === undefined) {
    return (
      <Page
        title="New route"
        lead="From where, to where, and what happens on the way."
        back={{ href: '/routes', label: 'Routes' }}
        wide
      >
        <FromDraft
          kind="route"
          blank={{ kind: 'route', identifier: '', version: 0, spec: { incoming, outgoing, transformers: [] } }}
        >
          {(start) => <RouteForm start={start} isNew />}
        </FromDraft>
      </Page>
    );
  }
  return (
    <Page title={`Edit ${document.data?.name ?? id}`} back={{ href: hrefOf('route', id), label: id }} wide>
      <QueryView query={document}>
        {(data) => <WithDraft document={data}>{(start) => <RouteForm start={start} isNew={false} />}</WithDraft>}
      </QueryView>
    </Page>
  );
}
