import { useParams } from '@tanstack/react-router';
import { FromDraft } from '../../components/new-drafts.tsx';
import { Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { WithDraft } from '../../components/with-draft.tsx';
import { documentLink } from '../../lib/links.ts';
import { useFilters } from '../../lib/router.tsx';
import { useDocument } from '../../queries.ts';
import type { RouteSpec } from '../../types.ts';
import { RouteForm } from './route-form.tsx';

/** Sets a route up, or changes it. */
export default function EditRoutePage() {
  const { id } = useParams({ strict: false });
  const [{ incoming = '', outgoing = '' }] = useFilters();
  const document = useDocument<RouteSpec>('route', id);
  if (id === undefined) {
    return (
      <Page
        title="New route"
        lead="From where, to where, and what happens on the way."
        back={{ to: '/routes', label: 'Routes' }}
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
    <Page title={`Edit ${document.data?.name ?? id}`} back={{ ...documentLink('route', id), label: id }} wide>
      <QueryView query={document}>
        {(data) => <WithDraft document={data}>{(start) => <RouteForm start={start} isNew={false} />}</WithDraft>}
      </QueryView>
    </Page>
  );
}
