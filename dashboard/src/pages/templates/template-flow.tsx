import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { PlayIcon } from '../../components/icons.tsx';
import { count } from '../../lib/format.ts';
import { Link } from '../../lib/router.tsx';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { Run, TemplatePreview } from '../../types.ts';
import { PlanPanel } from '../routes/plan-panel.tsx';

interface TemplateFlowProps {
  readonly flow: TemplatePreview['flows'][number];
  readonly number: number;
}

/** One flow of a template that was applied: its plan, the button that runs it, and what became of the run. */
export function TemplateFlow({ flow: { title, incoming, route, note }, number }: TemplateFlowProps) {
  const start = useMutation({
    mutationFn: () => api<Run>('POST', `/incomings/${encodeURIComponent(incoming)}/runs`, { mode: 'incremental' }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <PlanPanel
      route={route}
      title={
        <>
          {number}.{' '}
          <Link to="/routes/$id" params={{ id: route }}>
            {title}
          </Link>
        </>
      }
      {...(note !== undefined && { hint: note })}
      action={
        <Button size="xs" leftSection={<PlayIcon size={14} />} loading={start.isPending} onClick={() => start.mutate()}>
          Run {title}
        </Button>
      }
    >
      <ErrorNote error={start.error} />
      {start.data && <RunLine id={start.data.id} route={route} />}
    </PlanPanel>
  );
}

/** How far a run is, in a sentence; what did not arrive can be looked at, and tried again once its cause is mended. */
function RunLine({ id, route }: { readonly id: string; readonly route: string }) {
  const run = useApi<Run>(`/runs/${id}`, LIVE_MS).data;
  const retry = useMutation({
    mutationFn: () => api('POST', '/tasks/retry', { filter: { run: id } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const tasks = Object.entries(run?.tasks ?? {}).filter(([, number]) => number > 0);
  const failed = run?.tasks?.failed ?? 0;
  return (
    <div className="row run-line" role="status">
      <span>
        <Link to="/runs/$id" params={{ id: id }}>
          Run {id}
        </Link>{' '}
        {run?.status ?? 'running'}: {count(run?.received ?? 0)} read
        {tasks.map(([state, number]) => `, ${count(number)} ${state}`).join('')}.{' '}
        {run?.error && <span className="bad-text">{run.error.message}</span>}
      </span>
      {failed > 0 && (
        <>
          <Link to="/tasks" search={{ state: 'failed', route }}>
            Why {count(failed)} failed
          </Link>
          <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
            Try again
          </Button>
        </>
      )}
      <ErrorNote error={retry.error} />
    </div>
  );
}
