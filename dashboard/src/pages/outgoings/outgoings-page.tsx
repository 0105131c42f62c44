import { DocumentName } from '../../components/document-name.tsx';
import { ListPage } from '../../components/list-page.tsx';
import type { Column } from '../../components/table.tsx';
import { writeVerb } from '../../lib/writes.ts';
import { useOutgoings } from '../../queries.ts';
import type { OutgoingOverview } from '../../types.ts';

/** Where records are written. */
export default function OutgoingsPage() {
  return (
    <ListPage
      kind="outgoing"
      title="Outgoing"
      lead="An outgoing writes records to a system: creates, updates or deletes them."
      word="outgoing"
      query={useOutgoings()}
      columns={COLUMNS}
      empty={{
        title: 'Nothing is written yet',
        text: 'Choose a client, what is done with records, and the entity.',
        action: 'Set up the first outgoing',
      }}
    />
  );
}

const COLUMNS: readonly Column<OutgoingOverview>[] = [
  { title: 'Outgoing', kind: 'main', cell: (document) => <DocumentName kind="outgoing" document={document} /> },
  { title: 'Does', cell: ({ spec }) => writeVerb(spec.publisher.action) ?? spec.publisher.type },
  { title: 'Entity', cell: ({ spec }) => spec.publisher.entity ?? '–' },
  { title: 'Client', cell: ({ spec }) => spec.publisher.client ?? '–' },
  {
    title: 'Finds by',
    kind: 'hide',
    cell: ({ spec }) => (spec.publisher.match ?? []).map(({ fields }) => fields.join(' + ')).join(', then '),
  },
];
