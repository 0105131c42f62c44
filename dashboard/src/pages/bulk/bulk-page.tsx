import { Button, Progress } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { Link } from '../../lib/router.tsx';
import { useApi } from '../../queries.ts';
import type { Failure, Page as PageOf } from '../../types.ts';

interface BulkAction {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly actor: string;
  readonly matched: number;
  readonly done: number;
  readonly changed: number;
  readonly refused: number;
  readonly error?: Failure;
  readonly createdAt: string;
}

const LOOK_MS = 1500;
const TONES: Readonly<Record<string, string>> = {
  running: 'info live',
  done: 'ok',
  stopped: 'quiet',
  failed: 'bad',
};

/** What was asked for many tasks, how far it is, and the button that stops it. */
export default function BulkPage() {
  const actions = useApi<PageOf<BulkAction>>('/bulk-actions?limit=100', LOOK_MS);
  const stop = useMutation({
    mutationFn: (id: string) => api('DELETE', `/bulk-actions/${id}`),
    onSettled: () => queryClient.invalidateQueries(),
  });
  return (
    <Page
      title="Bulk actions"
      lead="Retries and skips of many tasks. They go on in the background, also when this page is closed."
      back={{ to: '/tasks', label: 'Tasks' }}
    >
      <ErrorNote error={stop.error} />
      <Panel flush>
        <QueryView query={actions}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                title="Nothing was done to many tasks yet"
                action={
                  <Link to="/tasks" search={{ state: 'failed' }}>
                    Look at failed tasks
                  </Link>
                }
              >
                “Act on many” above the tasks begins one, after it has shown what it would do.
              </Empty>
            ) : (
              <Table
                label="Bulk actions"
                rows={items}
                rowKey={({ id }) => id}
                columns={[
                  {
                    title: 'Action',
                    cell: ({ name, actor }) => (
                      <>
                        <span className="strong">{name}</span>
                        <div className="muted small">by {actor}</div>
                      </>
                    ),
                  },
                  {
                    title: 'State',
                    cell: ({ status, error }) => (
                      <span className={`badge ${TONES[status] ?? 'quiet'}`} title={error?.message}>
                        {status}
                      </span>
                    ),
                  },
                  { title: 'Progress', kind: 'main', cell: (action) => <HowFar action={action} /> },
                  { title: 'Begun', kind: 'hide', cell: ({ createdAt }) => <Time at={createdAt} /> },
                  {
                    title: 'End',
                    cell: ({ id, status }) =>
                      status === 'running' && (
                        <Button size="xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate(id)}>
                          Stop
                        </Button>
                      ),
                  },
                ]}
              />
            )
          }
        </QueryView>
      </Panel>
    </Page>
  );
}

function HowFar({ action: { matched, done, changed, refused, status, name } }: { readonly action: BulkAction }) {
  const share = status === 'done' || matched === 0 ? 100 : Math.min(100, (done / matched) * 100);
  return (
    <>
      <Progress value={share} size="sm" aria-label={`Progress of ${name}`} />
      <div className="muted small">
        {count(done)} of {count(matched)} looked at, {count(changed)} changed
        {refused > 0 && `, ${count(refused)} did not fit`}
      </div>
    </>
  );
}
