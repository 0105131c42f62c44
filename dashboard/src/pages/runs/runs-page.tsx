import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { withQuery } from '../../api.ts';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { FreshPill } from '../../components/fresh-pill.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { RunsTable } from '../../components/runs-table.tsx';
import { Link, useFilters } from '../../lib/router.tsx';
import { useSteady } from '../../lib/use-steady.ts';
import { LIVE_MS, useApi, useIncomings } from '../../queries.ts';
import type { Page as PageOf, Run } from '../../types.ts';

/** Every execution of an incoming, with whether it was complete. */
export default function RunsPage() {
  const [{ incoming, status }, setFilters] = useFilters();
  const [cursors, setCursors] = useState<readonly (string | undefined)[]>([undefined]);
  const cursor = cursors.at(-1);
  const incomings = useIncomings().data?.items ?? [];
  const runs = useApi<PageOf<Run>>(
    withQuery('/runs', { incoming, status, limit: 50, cursor }),
    cursor === undefined ? LIVE_MS : 0,
  );
  const filter = (changes: Record<string, string | null>): void => {
    setCursors([undefined]);
    setFilters(changes);
  };
  return (
    <Page title="Runs" lead="Each time an incoming read its source, and whether it received all that was announced.">
      <div className="filters">
        <Select
          aria-label="Incoming"
          placeholder="Any incoming"
          clearable
          searchable
          data={incomings.map(({ identifier, name }) => ({ value: identifier, label: name ?? identifier }))}
          value={incoming ?? null}
          onChange={(next) => filter({ incoming: next })}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          clearable
          data={['running', 'succeeded', 'failed', 'cancelled']}
          value={status ?? null}
          onChange={(next) => filter({ status: next })}
        />
      </div>
      <Panel flush>
        <QueryView query={runs}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No run here" action={<Link to="/incomings">Run an incoming</Link>}>
                Runs start by schedule, by hand, or by a call of the API.
              </Empty>
            ) : (
              <SteadyRuns runs={items} view={`${incoming ?? ''} ${status ?? ''} ${cursor ?? ''}`} />
            )
          }
        </QueryView>
      </Panel>
      <div className="row">
        {cursors.length > 1 && (
          <Button variant="default" onClick={() => setCursors(cursors.slice(0, -1))}>
            Newer
          </Button>
        )}
        {runs.data?.nextCursor !== null && runs.data !== undefined && (
          <Button variant="default" onClick={() => setCursors([...cursors, runs.data.nextCursor ?? undefined])}>
            Older
          </Button>
        )}
      </div>
    </Page>
  );
}

/** Runs that change in place; newer ones wait until they are asked for. */
function SteadyRuns({ runs, view }: { readonly runs: readonly Run[]; readonly view: string }) {
  const { shown, fresh, show } = useSteady(runs, ({ id }) => id, view);
  return (
    <>
      <FreshPill count={fresh} onShow={show} />
      <RunsTable runs={shown} />
    </>
  );
}
