import { SegmentedControl } from '@mantine/core';
import { Bars, type Bar } from '../../components/bars.tsx';
import { Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { useFilters } from '../../lib/router.tsx';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { Page, Run, Task } from '../../types.ts';

const SPANS: Readonly<Record<string, { readonly ms: number; readonly bars: number }>> = {
  '1h': { ms: 3_600_000, bars: 30 },
  '24h': { ms: 86_400_000, bars: 48 },
  '7d': { ms: 7 * 86_400_000, bars: 42 },
};
const clock = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** New records by the time of their run, and failures by the time they failed. */
export function Throughput() {
  const [filters, setFilters] = useFilters();
  const span = SPANS[filters.span ?? ''] ? (filters.span ?? '1h') : '1h';
  const runs = useApi<Page<Run>>('/runs?limit=500', LIVE_MS * 2);
  const failed = useApi<Page<Task>>('/tasks?state=failed&limit=500', LIVE_MS * 2);
  return (
    <Panel
      title="Records over time"
      hint="New records of each run; in red, records that failed and still stand so"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Span of time"
          value={span}
          onChange={(value) => setFilters({ span: value })}
          data={Object.keys(SPANS)}
        />
      }
    >
      <QueryView query={runs}>
        {({ items }) => (
          <Bars
            title="Records over time"
            good="new"
            bad="failed"
            bars={barsOf(items, failed.data?.items ?? [], span)}
          />
        )}
      </QueryView>
    </Panel>
  );
}

function barsOf(runs: readonly Run[], failed: readonly Task[], span: string): Bar[] {
  const { ms, bars } = SPANS[span] ?? { ms: 3_600_000, bars: 30 };
  const width = ms / bars;
  const first = Math.floor(Date.now() / width) - bars + 1;
  const good = new Array<number>(bars).fill(0);
  const bad = new Array<number>(bars).fill(0);
  for (const run of runs) add(good, Math.floor(Date.parse(run.startedAt) / width) - first, run.new);
  for (const task of failed) add(bad, Math.floor(Date.parse(task.updatedAt) / width) - first, 1);
  return good.map((value, index) => ({
    label: clock.format((first + index) * width),
    good: value,
    bad: bad[index] ?? 0,
  }));
}

function add(counts: number[], index: number, value: number): void {
  if (index >= 0 && index < counts.length) counts[index] = (counts[index] ?? 0) + value;
}
