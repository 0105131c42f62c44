import { Button, SegmentedControl } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { apiLines } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Panel } from '../../components/page.tsx';
import { Table } from '../../components/table.tsx';
import { count, short } from '../../lib/format.ts';

interface Planned {
  readonly key: string;
  readonly action: string;
  readonly code?: string;
  readonly reason?: string;
  readonly targetId?: string;
  readonly changes?: readonly { readonly field: string; readonly from?: unknown; readonly to?: unknown }[];
}

interface Totals {
  readonly totals: Readonly<Record<string, number>>;
  readonly isComplete: boolean;
  readonly held?: { readonly message: string };
}

const LIMIT = 50;
const TONES: Readonly<Record<string, string>> = { create: 'ok', update: 'info', delete: 'bad', fail: 'bad' };

interface PlanPanelProps {
  readonly route: string;
  readonly title?: string;
  /** A template that has not been applied: the route is one that it would make. */
  readonly template?: { readonly name: string; readonly options: object };
}

/** What a run would do with each record, before anything is sent. */
export function PlanPanel({ route, title = 'Plan', template }: PlanPanelProps) {
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
      hint={`What a run would do with the first ${LIMIT} records. It reads both systems and writes to neither.`}
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
            Show the plan
          </Button>
        </>
      }
    >
      <ErrorNote error={plan.error} />
      {end && (
        <p className={records.length > 0 ? 'pad' : ''} role="status">
          {Object.entries(end.totals)
            .filter(([, number]) => number > 0)
            .map(([action, number]) => `${count(number)} ${action}`)
            .join(', ') || 'No record would come.'}
          {end.held && <span className="block">{end.held.message}</span>}
          {!end.isComplete && <span className="muted"> · there are more</span>}
        </p>
      )}
      {records.length > 0 && (
        <Table
          label="Plan"
          rows={records}
          rowKey={({ key }) => key}
          columns={[
            { title: 'Record', cell: ({ key }) => <span className="strong">{key}</span> },
            {
              title: 'Would be',
              kind: 'tight',
              cell: ({ action }) => <span className={`badge ${TONES[action] ?? 'quiet'}`}>{action}</span>,
            },
            { title: 'Why', kind: 'main', cell: (each) => <Why planned={each} /> },
          ]}
        />
      )}
    </Panel>
  );
}

function Why({ planned: { reason, changes = [], targetId } }: { readonly planned: Planned }) {
  return (
    <div className="small">
      {reason}
      {targetId !== undefined && changes.length > 0 && (
        <>
          {' '}
          as <code>{targetId}</code>
        </>
      )}
      {changes.length > 0 && (
        <ul className="changes">
          {changes.map(({ field, from, to }) => (
            <li key={field}>
              <code>{field}</code> {from !== undefined && <del>{short(from, 60)}</del>} <ins>{short(to, 60)}</ins>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
