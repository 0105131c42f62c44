import { Panel } from '../../components/page.tsx';
import { Table } from '../../components/table.tsx';
import { PLANNED_ROWS, type PlannedRow } from './sheet-api.ts';

/** What the first rows would do, before anything is written. */
export function SheetPlan({ rows }: { readonly rows: readonly PlannedRow[] }) {
  const hint = rows.length >= PLANNED_ROWS ? `The first ${PLANNED_ROWS} rows.` : 'Nothing has been written.';
  return (
    <Panel title="What would happen" hint={hint} flush>
      <Table
        label="Plan"
        rows={rows}
        rowKey={({ key = '' }) => key}
        columns={[
          { title: 'Row', cell: ({ key = '' }) => key.split('/').at(-1), kind: 'num' },
          { title: 'Does', cell: ({ action }) => action, kind: 'tight' },
          { title: 'Record', cell: ({ targetId }) => targetId ?? '–', kind: 'tight' },
          { title: 'What changes', cell: (row) => changesText(row), kind: 'main' },
        ]}
      />
    </Panel>
  );
}

function changesText({ reason, changes = [] }: PlannedRow): string {
  if (reason !== undefined) return reason;
  return changes.map(({ field, from, to }) => `${field}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`).join(', ');
}
