import { count } from '../lib/format.ts';
import { Link } from '../lib/router.tsx';
import { duration } from '../lib/time.ts';
import type { Run } from '../types.ts';
import { RunOutcome } from './completeness.tsx';
import { StateBadge } from './state-badge.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

/** Runs, newest first. */
export function RunsTable({
  runs,
  showIncoming = true,
}: {
  readonly runs: readonly Run[];
  readonly showIncoming?: boolean;
}) {
  return (
    <Table
      label="Runs"
      rows={runs}
      rowKey={({ id }) => id}
      columns={[
        {
          title: 'Run',
          kind: 'tight',
          cell: ({ id }) => (
            <Link to="/runs/$id" params={{ id: id }}>
              {id}
            </Link>
          ),
        },
        ...(showIncoming
          ? [
              {
                title: 'Incoming',
                cell: ({ incoming }: Run) => (
                  <Link to="/incomings/$id" params={{ id: incoming }}>
                    {incoming}
                  </Link>
                ),
              },
            ]
          : []),
        { title: 'Status', cell: ({ status }) => <StateBadge state={status} /> },
        { title: 'Complete?', kind: 'main', cell: (run) => <RunOutcome run={run} /> },
        { title: 'New', kind: 'num hide', cell: (run) => count(run.new) },
        { title: 'Unchanged', kind: 'num hide', cell: ({ unchanged }) => count(unchanged) },
        { title: 'Started', kind: 'hide', cell: ({ startedAt }) => <Time at={startedAt} /> },
        {
          title: 'Took',
          kind: 'num hide',
          cell: ({ startedAt, finishedAt }) =>
            finishedAt === null ? '' : duration(Date.parse(finishedAt) - Date.parse(startedAt)),
        },
      ]}
    />
  );
}
