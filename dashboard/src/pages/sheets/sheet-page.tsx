import { Button, Checkbox, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { ClientSelect } from '../../components/client-select.tsx';
import { OperationSelect } from '../../components/entity-select.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { useFilters } from '../../lib/router.tsx';
import { useConnectorOf } from '../../queries.ts';
import type { Planned as PlannedRow } from '../../components/planned-changes.tsx';
import { discard, inspect, planRows, runFile, upload } from './sheet-api.ts';
import { DropZone } from './drop-zone.tsx';
import { SheetColumns } from './sheet-columns.tsx';
import { SheetPlan } from './sheet-plan.tsx';
import { SheetRun } from './sheet-run.tsx';

/** A sheet that the server holds, and what its rows would do. */
interface Planned {
  readonly file: string;
  readonly rows: readonly PlannedRow[];
}

/** Changes many records from a spreadsheet: file, client and entity, columns, plan, run, result. */
export default function SheetPage() {
  const [{ client, entity }, setFilters] = useFilters();
  const connector = useConnectorOf(client);
  const [file, setFile] = useState<File>();
  const [columns, setColumns] = useState<Readonly<Record<string, string>>>({});
  const [key, setKey] = useState<string | null>(null);
  const [creates, setCreates] = useState(false);
  const [clears, setClears] = useState(false);
  // Uploaded for a plan: held there until it is run, and taken back by another plan.
  const [held, setHeld] = useState<{ readonly incoming: string; readonly file: string }>();
  const identifier = `sheet-${client ?? ''}-${entity ?? ''}`;

  const look = useMutation({
    mutationFn: (wanted: { file: File; client: string; entity: string }) =>
      inspect(wanted.file, wanted.client, wanted.entity),
    onSuccess: (found) => {
      setColumns(Object.fromEntries(found.columns.flatMap(({ name, field }) => (field ? [[name, field]] : []))));
      setKey(found.key);
    },
  });
  const plan = useMutation({
    mutationFn: async (sheet: File): Promise<Planned> => {
      if (held) await discard(held.incoming, held.file);
      const [action, empty] = [creates ? 'post' : 'update', clears ? 'clear' : 'keep'];
      await api('POST', '/sheets', { identifier, client, entity, columns, key, action, empty });
      const name = encodeURIComponent(sheet.name);
      const { id } = await upload<{ id: string }>(`/incomings/${identifier}/files?name=${name}&hold=true`, sheet);
      setHeld({ incoming: identifier, file: id });
      return { file: id, rows: await planRows(identifier, id) };
    },
  });
  const run = useMutation({
    mutationFn: (id: string) => runFile(identifier, id),
    onSuccess: () => setHeld(undefined),
  });
  /** What was planned is no longer what would be done. */
  const change = (apply: () => void): void => {
    apply();
    plan.reset();
    run.reset();
  };

  const choose = (next: { file?: File | undefined; client?: string; entity?: string }): void => {
    const wanted = { file, client, entity, ...next };
    change(() => {
      setFile(wanted.file);
      look.reset();
    });
    if (wanted.file && wanted.client !== undefined && wanted.entity !== undefined) {
      look.mutate({ file: wanted.file, client: wanted.client, entity: wanted.entity });
    }
  };
  const fields = [...new Set(Object.values(columns))].filter((field) => !field.startsWith('$CF'));

  return (
    <Page
      title="Bulk update"
      lead="Changes many records from a CSV or XLSX file, and gives it back with what became of each row."
      wide
    >
      <div className="split even">
        <Panel title="The sheet">
          <div className="stack">
            <DropZone file={file} onChoose={(next) => choose({ file: next })} />
            <ClientSelect
              value={client}
              onChange={(next) => {
                setFilters({ client: next, entity: null });
                change(look.reset);
              }}
            />
            <OperationSelect
              label="What is changed"
              connector={client === undefined ? undefined : connector.data}
              fits={({ action }) => action === 'post' || action === 'update'}
              entity={entity}
              operation="post"
              onChange={(next) => {
                setFilters({ entity: next });
                choose({ entity: next });
              }}
            />
            <Select
              label="Key"
              description="The field that tells which record a row is about."
              data={fields}
              value={key}
              onChange={(next) => change(() => setKey(next))}
            />
            <Checkbox
              label="Rows without a record make one"
              checked={creates}
              onChange={({ currentTarget }) => change(() => setCreates(currentTarget.checked))}
            />
            <Checkbox
              label="Empty cells empty their field"
              checked={clears}
              onChange={({ currentTarget }) => change(() => setClears(currentTarget.checked))}
            />
            <Button
              variant="default"
              disabled={!file || !look.data || key === null}
              loading={plan.isPending}
              onClick={() => file && plan.mutate(file)}
            >
              Show the plan
            </Button>
            <Button
              disabled={!plan.data || run.data !== undefined}
              loading={run.isPending}
              onClick={() => plan.data && run.mutate(plan.data.file)}
            >
              Run
            </Button>
            <ErrorNote error={look.error ?? plan.error ?? run.error} />
          </div>
        </Panel>
        <Panel title="Columns" flush>
          {look.data ? (
            <SheetColumns inspected={look.data} columns={columns} onChange={(next) => change(() => setColumns(next))} />
          ) : (
            <Empty title="The columns stand here">Choose a file, a client and what is changed.</Empty>
          )}
        </Panel>
      </div>
      {run.data && plan.data && <SheetRun run={run.data.id} incoming={identifier} file={plan.data.file} />}
      {plan.data && <SheetPlan rows={plan.data.rows} />}
    </Page>
  );
}
