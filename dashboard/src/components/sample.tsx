import { Button, Loader } from '@mantine/core';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api } from '../api.ts';
import { count, plural } from '../lib/format.ts';
import type { CallParameters, DataRecord, Exchange } from '../types.ts';
import { ErrorNote } from './error-note.tsx';
import { RefreshIcon } from './icons.tsx';
import { Empty, Panel } from './page.tsx';
import { RecordsView } from './records-view.tsx';

/** What is read for a sample. */
export interface Source {
  readonly client?: string | undefined;
  readonly entity?: string | undefined;
  readonly operation?: string | undefined;
  readonly parameters?: CallParameters | undefined;
}

export interface Sample {
  readonly rows: readonly DataRecord[];
  readonly pages: readonly { readonly total?: number; readonly rows: number }[];
  readonly isComplete: boolean;
  readonly exchanges: readonly Exchange[];
}

const KEPT_MS = 5 * 60_000;

/** Reads one page of real records through a client; kept for a while, so that editing does not read again and again. */
export function useSample({ client, entity, operation = 'list', parameters = {} }: Source): UseQueryResult<Sample> {
  const { path = {}, query = {}, body } = parameters;
  return useQuery({
    queryKey: ['sample', client, entity, operation, path, query, body],
    queryFn: ({ signal }) =>
      api<Sample>(
        'POST',
        `/clients/${encodeURIComponent(client ?? '')}/read`,
        { entity, operation, path, query, ...(body !== undefined && { body }) },
        signal,
      ),
    enabled: client !== undefined && entity !== undefined,
    staleTime: KEPT_MS,
    gcTime: KEPT_MS,
    retry: false,
    refetchOnWindowFocus: false,
  });
}

interface SamplePanelProps {
  readonly title: string;
  readonly sample: UseQueryResult<Sample>;
  readonly empty: string;
}

/** Real records, as they are right now. */
export function SamplePanel({ title, sample, empty }: SamplePanelProps) {
  const total = sample.data?.pages[0]?.total;
  return (
    <Panel
      title={title}
      hint={sample.data && countText(sample.data.rows.length, total)}
      actions={
        sample.data && (
          <Button
            variant="default"
            size="xs"
            leftSection={<RefreshIcon size={14} />}
            loading={sample.isFetching}
            onClick={() => void sample.refetch()}
          >
            Read again
          </Button>
        )
      }
    >
      {sample.isLoading && (
        <div className="row muted" role="status">
          <Loader size="sm" /> Reading real records…
        </div>
      )}
      <ErrorNote error={sample.error} />
      {sample.data && sample.data.rows.length > 0 && <RecordsView records={sample.data.rows} name={title} />}
      {sample.data?.rows.length === 0 && (
        <Empty title="The system answered no records">Its answer was an empty list.</Empty>
      )}
      {!sample.isLoading && !sample.data && !sample.error && <p className="muted">{empty}</p>}
    </Panel>
  );
}

function countText(shown: number, total: number | undefined): string {
  return total === undefined
    ? `First page: ${plural(shown, 'record')}`
    : `First page: ${count(shown)} of ${plural(total, 'record')}`;
}
