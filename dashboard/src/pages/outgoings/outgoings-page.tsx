import { Button } from '@mantine/core';
import { AddIcon } from '../../components/icons.tsx';
import { NewDrafts } from '../../components/new-drafts.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { hrefOf } from '../../lib/hrefs.ts';
import { Link, navigate } from '../../lib/router.tsx';
import { useOutgoings } from '../../queries.ts';
import type { OutgoingOverview } from '../../types.ts';

/** Where records are written. */
export default function OutgoingsPage() {
  const outgoings = useOutgoings();
  return (
    <Page
      title="Outgoing"
      lead="An outgoing writes records to a system: creates, updates or deletes them."
      actions={
        <Button leftSection={<AddIcon size={16} />} onClick={() => navigate('/outgoings/new')}>
          New outgoing
        </Button>
      }
    >
      <NewDrafts kind="outgoing" path="/outgoings" />
      <Panel flush>
        <QueryView query={outgoings}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                title="Nothing is written yet"
                action={<Link href="/outgoings/new">Set up the first outgoing</Link>}
              >
                Choose a client, Post or Delete, and the entity.
              </Empty>
            ) : (
              <Table label="Outgoing" rows={items} rowKey={({ identifier }) => identifier} columns={COLUMNS} />
            )
          }
        </QueryView>
      </Panel>
    </Page>
  );
}

const COLUMNS = [
  {
    title: 'Outgoing',
    kind: 'main' as const,
    cell: ({ identifier, name, state }: OutgoingOverview) => (
      <span className="row">
        <Link className="strong" href={hrefOf('outgoing', identifier)}>
          {name ?? identifier}
        </Link>
        {state.problems[0] && (
          <span className="badge bad" title={state.problems[0].message}>
            Not valid
          </span>
        )}
      </span>
    ),
  },
  { title: 'Does', cell: ({ spec }: OutgoingOverview) => spec.publisher.action ?? spec.publisher.type },
  { title: 'Entity', cell: ({ spec }: OutgoingOverview) => spec.publisher.entity ?? '–' },
  { title: 'Client', cell: ({ spec }: OutgoingOverview) => spec.publisher.client ?? '–' },
  {
    title: 'Finds by',
    kind: 'hide' as const,
    cell: ({ spec }: OutgoingOverview) =>
      (spec.publisher.match ?? []).map(({ fields }) => fields.join(' + ')).join(', then '),
  },
];
