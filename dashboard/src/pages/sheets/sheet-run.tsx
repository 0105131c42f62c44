import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ErrorNote } from '../../components/error-note.tsx';
import { Panel } from '../../components/page.tsx';
import { Link } from '../../lib/router.tsx';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { Run } from '../../types.ts';
import { downloadResult } from './sheet-api.ts';

interface SheetRunProps {
  readonly run: string;
  readonly incoming: string;
  readonly file: string;
}

/** How far a run is, and the sheet with its results. */
export function SheetRun({ run, incoming, file }: SheetRunProps) {
  const now = useApi<Run>(`/runs/${run}`, LIVE_MS);
  const download = useMutation({ mutationFn: () => downloadResult(incoming, file) });
  const tasks = Object.entries(now.data?.tasks ?? {}).filter(([, count]) => count > 0);
  return (
    <Panel title="Result" hint="Fetched again, it shows how the rows stand then.">
      <div className="stack" aria-live="polite">
        <p>
          <Link to="/runs/$id" params={{ id: run }}>
            Run {run}
          </Link>
          : {now.data?.status ?? 'running'}, {now.data?.received ?? 0} rows read,{' '}
          {tasks.length === 0 ? 'none at rest' : tasks.map(([state, count]) => `${count} ${state}`).join(', ')}
        </p>
        <Button loading={download.isPending} onClick={() => download.mutate()}>
          Download the result
        </Button>
        <ErrorNote error={download.error} />
      </div>
    </Panel>
  );
}
