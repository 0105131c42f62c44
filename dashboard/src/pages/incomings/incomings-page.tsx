import { Button } from '@mantine/core';
import { Completeness } from '../../components/completeness.tsx';
import { AddIcon } from '../../components/icons.tsx';
import { NewDrafts } from '../../components/new-drafts.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { hrefOf } from '../../lib/hrefs.ts';
import { Link, navigate } from '../../lib/router.tsx';
import { useIncomings } from '../../queries.ts';
import type { IncomingOverview } from '../../types.ts';

/** What is read, and when. */
export default function IncomingsPage() {
  const incomings = useIncomings();
  return (
    <Page
      title="Incoming"
      lead="An incoming reads records of one entity. It reads once, however many routes it feeds."
      actions={
        <Button leftSection={<AddIcon size={16} />} onClick={() => navigate('/incomings/new')}>
          New incoming
        </Button>
      }
    >
      <NewDrafts kind="incoming" path="/incomings" />
      <Panel flush>
        <QueryView query={incomings}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nothing is read yet" action={<Link href="/incomings/new">Set up the first incoming</Link>}>
                Choose a client and what to read from it. Real records are shown while you do.
              </Empty>
            ) : (
              <Table label="Incoming" rows={items} rowKey={({ identifier }) => identifier} columns={COLUMNS} />
            )
          }
        </QueryView>
      </Panel>
    </Page>
  );
}

/** What is read where no client is asked. */
const SOURCES: Readonly<Record<string, string>> = {
  webhook: 'what is sent to it',
  file: 'files',
  storage: 'a storage',
};

const COLUMNS = [
  {
    title: 'Incoming',
    cell: ({ identifier, name, disabled, state }: IncomingOverview) => (
      <span className="row">
        <Link className="strong" href={hrefOf('incoming', identifier)}>
          {name ?? identifier}
        </Link>
        {disabled === true && <span className="badge quiet plain">off</span>}
        {state.problems[0] && (
          <span className="badge bad" title={state.problems[0].message}>
            Not valid
          </span>
        )}
      </span>
    ),
  },
  {
    title: 'Reads',
    kind: 'hide' as const,
    cell: ({ spec: { subscriber } }: IncomingOverview) =>
      subscriber.client === undefined
        ? (SOURCES[subscriber.type] ?? subscriber.type)
        : `${subscriber.entity ?? subscriber.type} of ${subscriber.client}`,
  },
  {
    title: 'Last run',
    cell: ({ state }: IncomingOverview) => (state.lastRun ? <StateBadge state={state.lastRun.status} /> : 'never'),
  },
  {
    title: 'Complete?',
    kind: 'main' as const,
    cell: ({ state }: IncomingOverview) => state.lastRun && <Completeness run={state.lastRun} />,
  },
  { title: 'Next run', kind: 'hide' as const, cell: ({ state }: IncomingOverview) => <Time at={state.nextRunAt} /> },
];
