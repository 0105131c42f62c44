import { RunOutcome } from '../../components/completeness.tsx';
import { DocumentName } from '../../components/document-name.tsx';
import { ListPage } from '../../components/list-page.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import type { Column } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useIncomings } from '../../queries.ts';
import type { IncomingOverview } from '../../types.ts';

/** What is read, and when. */
export default function IncomingsPage() {
  return (
    <ListPage
      kind="incoming"
      title="Incoming"
      lead="An incoming reads records of one entity. It reads once, however many routes it feeds."
      word="incoming"
      query={useIncomings()}
      columns={COLUMNS}
      empty={{
        title: 'Nothing is read yet',
        text: 'Choose a client and what to read from it. Real records are shown while you do.',
        action: 'Set up the first incoming',
      }}
    />
  );
}

/** What is read where no client is asked. */
const SOURCES: Readonly<Record<string, string>> = {
  webhook: 'what is sent to it',
  file: 'files',
  storage: 'a storage',
};

const COLUMNS: readonly Column<IncomingOverview>[] = [
  { title: 'Incoming', cell: (document) => <DocumentName kind="incoming" document={document} /> },
  {
    title: 'Reads',
    kind: 'hide',
    cell: ({ spec: { subscriber } }) =>
      subscriber.client === undefined
        ? (SOURCES[subscriber.type] ?? subscriber.type)
        : `${subscriber.entity ?? subscriber.type} of ${subscriber.client}`,
  },
  {
    title: 'Last run',
    cell: ({ state }) => (state.lastRun ? <StateBadge state={state.lastRun.status} /> : 'never'),
  },
  {
    title: 'Complete?',
    kind: 'main',
    cell: ({ state }) => state.lastRun && <RunOutcome run={state.lastRun} />,
  },
  { title: 'Next run', kind: 'hide', cell: ({ state }) => <Time at={state.nextRunAt} /> },
];
