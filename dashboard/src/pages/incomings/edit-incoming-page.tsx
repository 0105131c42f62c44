import { SegmentedControl } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { FromDraft } from '../../components/new-drafts.tsx';
import { Page } from '../../components/page.tsx';
import { WithDraft } from '../../components/with-draft.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { documentLink } from '../../lib/links.ts';
import { useFilters } from '../../lib/router.tsx';
import { useDocument } from '../../queries.ts';
import type { Doc, IncomingSpec } from '../../types.ts';
import { SourceForm } from './source-form.tsx';
import { IncomingForm } from './incoming-form.tsx';

/** Sets an incoming up, or changes it. */
export default function EditIncomingPage() {
  const { id } = useParams({ strict: false });
  const [{ client, draft, from = 'connector' }, setFilters] = useFilters();
  const document = useDocument<IncomingSpec>('incoming', id);
  if (id === undefined) {
    return (
      <Page
        title="New incoming"
        lead="What is read, from where, and when."
        back={{ to: '/incomings', label: 'Incoming' }}
        wide
      >
        {draft === undefined && (
          <SegmentedControl
            aria-label="Where records come from"
            className="start wrapping"
            value={from}
            onChange={(next) => setFilters({ from: next === 'connector' ? null : next })}
            data={[
              { value: 'connector', label: 'Read from a system' },
              { value: 'webhook', label: 'Sent to a webhook' },
              { value: 'file', label: 'Files' },
            ]}
          />
        )}
        <FromDraft kind="incoming" blank={from === 'connector' ? blank(client) : blankOf(from)}>
          {(start) =>
            start.spec.subscriber.type === 'connector' ? (
              <IncomingForm start={start} isNew />
            ) : (
              <SourceForm key={start.spec.subscriber.type} start={start} isNew />
            )
          }
        </FromDraft>
      </Page>
    );
  }
  return (
    <Page title={`Edit ${document.data?.name ?? id}`} back={{ ...documentLink('incoming', id), label: id }} wide>
      <QueryView query={document}>
        {(data) => (
          <WithDraft document={data}>
            {(start) =>
              start.spec.subscriber.type === 'connector' ? (
                <IncomingForm start={start} isNew={false} />
              ) : (
                <SourceForm start={start} isNew={false} />
              )
            }
          </WithDraft>
        )}
      </QueryView>
    </Page>
  );
}

/** One that nothing is called for: it gets deliveries, or files. */
function blankOf(type: string): Doc<IncomingSpec> {
  return { kind: 'incoming', identifier: '', version: 0, spec: { subscriber: { type }, transformers: [] } };
}

function blank(client: string | undefined): Doc<IncomingSpec> {
  return {
    kind: 'incoming',
    identifier: '',
    version: 0,
    spec: {
      subscriber: { type: 'connector', ...(client !== undefined && { client }), mode: 'incremental' },
      schedule: { every: '5m' },
      transformers: [],
    },
  };
}
