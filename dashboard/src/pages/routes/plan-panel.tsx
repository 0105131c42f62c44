import { Button, SegmentedControl } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { apiLines } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Panel } from '../../components/page.tsx';
import { ActionBadge, type Planned, PlannedChanges } from '../../components/planned-changes.tsx';
import { Table } from '../../components/table.tsx';
import { count } from '../../lib/format.ts';

interface Totals {
  readonly totals: Readonly<Record<string, number>>;
  readonly isComplete: boolean;
  readonly held?: { readonly message: string };
}

const LIMIT = 50;
const HINT = `What a run would do with the first ${LIMIT} records. It reads both systems and writes to neither.`;

interface PlanPanelProps {
  readonly route: string;
  readonly title?: ReactNode;
  readonly hint?: string;
  /** Another button beside the one that shows the plan. */
  readonly action?: ReactNode;
  /** What stands above the plan. */
  readonly children?: ReactNode;
  /** A template that has not been applied: the route is one that it would make. */
  readonly template?: { readonly name: string; readonly options: object };
}

/** What a run would do with each record, before anything is sent. */
export function PlanPanel({ route, title = 'Plan', hint = HINT, action, children, template }: PlanPanelProps) {
  const [mode, setMode] = useState('incremental');
  const plan = useMutation({
    mutationFn: () =>
      template
        ? apiLines<Planned | Totals>(`/templates/${encodeURIComponent(template.name)}/plan`, {
            ...{ options: template.options, route, mode, limit: LIMIT },
          })
        : apiLines<Planned | Totals>(`/routes/${encodeURIComponent(route)}/plan`, { mode, limit: LIMIT }),
  });
  const lines = plan.data ?? [];
  const records = lines.filter((line): line is Planned => 'key' in line);
  const end = lines.find((line): line is Totals => 'totals' in line);
  return (
    <Panel
      title={title}
      hint={hint}
      flush={records.length > 0}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Which records are planned"
            value={mode}
            onChange={setMode}
            data={[
              { value: 'incremental', label: 'What changed' },
              { value: 'full', label: 'Everything' },
            ]}
          />
          <Button size="xs" variant="default" loading={plan.isPending} onClick={() => plan.mutate()}>
            {plan.data ? 'Plan again' : 'Show the plan'}
          </Button>
          {action}
        </>
      }
    >
      {children !== undefined && <div className={records.length > 0 ? 'pad' : ''}>{children}</div>}
      <ErrorNote error={plan.error} />
      {end && (
        <div className={records.length > 0 ? 'pad' : ''} role="status">
          <Outcome end={end} />
        </div>
      )}
      {records.length > 0 &&
        (end?.held ? (
          <details className="more pad">
            <summary>What would become of each as things stand</summary>
            <PlannedRecords records={records} />
          </details>
        ) : (
          <PlannedRecords records={records} />
        ))}
    </Panel>
  );
}

/** How many records would become what, or what has to come first. */
function Outcome({ end: { held, totals, isComplete } }: { readonly end: Totals }) {
  if (held)
    return (
      <p className="fix">
        <b>A run would wait.</b> {held.message}.
      </p>
    );
  const counts = Object.entries(totals).filter(([, number]) => number > 0);
  return (
    <p>
      {counts.map(([action, number]) => `${count(number)} ${action}`).join(', ') || 'No record would come.'}
      {!isComplete && <span className="muted"> · there are more</span>}
    </p>
  );
}

function PlannedRecords({ records }: { readonly records: readonly Planned[] }) {
  return (
    <Table
      label="Plan"
      rows={records}
      rowKey={({ key }) => key}
      columns={[
        { title: 'Record', cell: ({ key }) => <span className="strong">{key}</span> },
        { title: 'Would be', kind: 'tight', cell: ({ action }) => <ActionBadge action={action} /> },
        { title: 'What, and why', kind: 'wide', cell: (each) => <PlannedChanges planned={each} /> },
      ]}
    />
  );
}
