import { Empty, Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { hrefOf } from '../../lib/hrefs.ts';
import { type Params, useFilters } from '../../lib/router.tsx';
import { useDocument } from '../../queries.ts';
import type { Doc, IncomingSpec } from '../../types.ts';
import { IncomingForm } from './incoming-form.tsx';

/** Sets an incoming up, or changes it. */
export default function EditIncomingPage({ params }: { readonly params: Params }) {
  const id = params['id'];
  const [{ client }] = useFilters();
  const document = useDocument<IncomingSpec>('incoming', id);
  if (id === undefined) {
    return (
      <Page
        title="New incoming"
        lead="What is read, from where, and when."
        back={{ href: '/incomings', label: 'Incoming' }}
        wide
      >
        <IncomingForm start={blank(client)} isNew />
      </Page>
    );
  }
  return (
    <Page title={`Edit ${document.data?.name ?? id}`} back={{ href: hrefOf('incoming', id), label: id }} wide>
      <QueryView query={document}>
        {(data) =>
          data.spec.subscriber.type === 'connector' ? (
            <IncomingForm start={data} isNew={false} />
          ) : (
            <Empty title={`The subscriber "${data.spec.subscriber.type}" has no form yet`}>
              Change the document with “sluice apply”.
            </Empty>
          )
        }
      </QueryView>
    </Page>
  );
}

function blank(client: string | undefined): Doc<IncomingSpec> {
  return {
    kind: 'incoming',
    identifier: '',
    spec: {
      subscriber: { type: 'connector', ...(client !== undefined && { client }), mode: 'incremental' },
      schedule: { every: '5m' },
      transformers: [],
    },
  };
}
