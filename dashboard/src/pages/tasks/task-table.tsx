import { StateBadge } from '../../components/state-badge.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { outcomeOf } from '../../lib/outcome.ts';
import { Link } from '../../lib/router.tsx';
import type { Task } from '../../types.ts';

/** A few tasks as a table; long lists are the task page's. */
export function TaskTable({
  tasks,
  showRoute = true,
}: {
  readonly tasks: readonly Task[];
  readonly showRoute?: boolean;
}) {
  return (
    <Table
      label="Tasks"
      rows={tasks}
      rowKey={({ id }) => id}
      columns={[
        {
          title: 'Record',
          cell: ({ id, key }) => (
            <Link className="strong" to="/tasks/$id" params={{ id: id }}>
              {key}
            </Link>
          ),
        },
        { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
        ...(showRoute ? [{ title: 'Route', kind: 'hide' as const, cell: ({ route }: Task) => route }] : []),
        {
          title: 'What happened',
          kind: 'main',
          cell: outcomeOf,
        },
        { title: 'Changed', kind: 'hide', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
      ]}
    />
  );
}
