import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, queryClient } from '../../api.ts';
import { Completeness } from '../../components/completeness.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { duration } from '../../lib/time.ts';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { Page as PageOf, Run, TaskState, Version } from '../../types.ts';

/** One run: was it complete, what came of its records. */
export default function RunPage() {
  const { id } = useParams({ from: '/runs/$id' });
  const run = useApi<Run>(`/runs/${id}`, LIVE_MS / 2);
  const cancel = useMutation({
    mutationFn: () => api<Run>('POST', `/runs/${id}/cancel`),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Page
      title={`Run ${id}`}
      back={{ to: '/runs', label: 'Runs' }}
      lead={
        run.data && (
          <span className="row">
            <StateBadge state={run.data.status} />
            <span>
              of <Link {...documentLink('incoming', run.data.incoming)}>{run.data.incoming}</Link>
            </span>
          </span>
        )
      }
      actions={
        run.data?.status === 'running' && (
          <Button
            variant="default"
            loading={cancel.isPending}
            disabled={run.data.cancelRequested}
            onClick={() => cancel.mutate()}
          >
            {run.data.cancelRequested ? 'Stops after its page' : 'Stop'}
          </Button>
        )
      }
    >
      <ErrorNote error={cancel.error} />
      <QueryView query={run}>{(data) => <Content run={data} />}</QueryView>
    </Page>
  );
}

function Content({ run }: { readonly run: Run }) {
  const { error, startedAt, finishedAt, mode, cause, pages, unchanged } = run;
  const counts = Object.entries(run.tasks ?? {}) as [TaskState, number][];
  const states = counts.filter(([, number]) => number > 0);
  return (
    <>
      {error && (
        <ErrorNote error={new Error(error.message)} title="The run failed, and its checkpoint stayed where it was" />
      )}
      <div className="split even">
        <Panel title="What was read">
          <p className="complete">
            <Completeness run={run} />
          </p>
          <dl className="facts">
            <dt>New</dt>
            <dd>{count(run.new)}</dd>
            <dt>Unchanged</dt>
            <dd>{count(unchanged)}</dd>
            <dt>Pages</dt>
            <dd>{count(pages)}</dd>
            <dt>Mode</dt>
            <dd>{mode}</dd>
            <dt>Started</dt>
            <dd>
              <Time at={startedAt} />, by {cause}
            </dd>
            <dt>Ran with</dt>
            <dd>
              <RanWith run={run} />
            </dd>
            <dt>Took</dt>
            <dd>{finishedAt === null ? 'still running' : duration(Date.parse(finishedAt) - Date.parse(startedAt))}</dd>
          </dl>
        </Panel>
        <Panel title="What became of its records">
          {states.length === 0 && (
            <p className="muted">Nothing of it went to a route: no record was new, or none matched.</p>
          )}
          <ul className="plain stack tight">
            {states.map(([state, number]) => (
              <li key={state} className="row between">
                <StateBadge state={state} />
                <Link to="/tasks" search={{ run: run.id, state }}>
                  {count(number)}
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </>
  );
}

/** The version that the incoming had when the run began. */
function RanWith({ run: { incoming, startedAt } }: { readonly run: Run }) {
  const path = `/documents/incoming/${encodeURIComponent(incoming)}/versions?limit=100`;
  const versions = useApi<PageOf<Version>>(path);
  const version = versions.data?.items.find(({ at }) => Date.parse(at) <= Date.parse(startedAt))?.version;
  if (version === undefined) return <span className="muted">–</span>;
  return (
    <Link to="/versions/$kind/$id" params={{ kind: 'incoming', id: incoming }} hash={`version-${version}`}>
      version {version} of {incoming}
    </Link>
  );
}
