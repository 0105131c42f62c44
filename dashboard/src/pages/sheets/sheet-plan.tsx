import { Panel } from '../../components/page.tsx';
import { ActionBadge, type Planned, PlannedChanges } from '../../components/planned-changes.tsx';
import { Table } from '../../components/table.tsx';
import { count } from '../../lib/format.ts';
import { PLANNED_ROWS } from './sheet-api.ts';

/** What the first rows would do, before anything is written. */
export function SheetPlan({ rows }: { readonly rows: readonly Planned[] }) {
  const which = rows.length >= PLANNED_ROWS ? `The first ${PLANNED_ROWS} rows` : count(rows.length) + ' rows';
  return (
    <Panel title="What would happen" hint={`${which}: ${totalsOf(rows)}. Nothing has been written.`} flush>
      <Table
        label="Plan"
        rows={rows}
        rowKey={({ key }) => key}
        columns={[
          { title: 'Row', cell: ({ key }) => key.split('/').at(-1), kind: 'num' },
          { title: 'Would be', cell: ({ action }) => <ActionBadge action={action} />, kind: 'tight' },
          { title: 'What changes', cell: (row) => <PlannedChanges planned={row} />, kind: 'main' },
        ]}
      />
    </Panel>
  );
}

function totalsOf(rows: readonly Planned[]): string {
  const actions = [...new Set(rows.map(({ action }) => action))];
  return actions.map((action) => `${count(rows.filter((row) => row.action === action).length)} ${action}`).join(', ');
}
