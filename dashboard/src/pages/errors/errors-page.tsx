import { Button, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';
import { RefreshIcon } from '../../components/icons.tsx';
import { Empty, Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Time } from '../../components/time.tsx';
import { type ErrorGroup, loadErrorGroups } from '../../lib/error-groups.ts';
import { count, plural } from '../../lib/format.ts';
import { hrefOf, tasksHref } from '../../lib/hrefs.ts';
import { Link, useFilters } from '../../lib/router.tsx';
import { LIVE_MS, useRoutes } from '../../queries.ts';

/** What keeps records from arriving, by cause: mend one thing, retry all of its records. */
export default function ErrorsPage() {
  const [{ route }, setFilters] = useFilters();
  const routes = useRoutes().data?.items ?? [];
  const inbox = useQuery({
    queryKey: ['errors', route],
    queryFn: ({ signal }) => loadErrorGroups(route, signal),
    refetchInterval: LIVE_MS * 2,
  });
  return (
    <Page title="Errors" lead="Failed records by their cause. Mend the cause once, then retry all of its records.">
      <div className="filters">
        <Select
          aria-label="Route"
          placeholder="Any route"
          clearable
          searchable
          data={routes.map(({ identifier, name }) => ({ value: identifier, label: name ?? identifier }))}
          value={route ?? null}
          onChange={(next) => setFilters({ route: next })}
        />
      </div>
      <QueryView query={inbox}>
        {({ groups, isCut }) =>
          groups.length === 0 ? (
            <Empty title="Nothing has failed" action={<Link href="/tasks">Look at all records</Link>}>
              Every record arrived, was left out on purpose, or is on its way.
            </Empty>
          ) : (
            <>
              <ul className="inbox">
                {groups.map((group) => (
                  <Group key={group.id} group={group} />
                ))}
              </ul>
              {isCut && <p className="muted small">Made of the latest 500 failures; there are more.</p>}
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

function Group({ group }: { readonly group: ErrorGroup }) {
  const { message, code, class: kind, count: number, routes, firstAt, lastAt, sample } = group;
  const [route] = routes;
  const retry = useMutation({
    mutationFn: () => api<{ changed: number }>('POST', '/tasks/retry', { filter: { state: sample.state, route } }),
    onSuccess: ({ changed }) => {
      notifications.show({ message: `${plural(changed, 'task')} back to work`, color: 'teal' });
      void queryClient.invalidateQueries();
    },
    onError: (error) => notifications.show({ message: error.message, color: 'red' }),
  });
  return (
    <li className="panel inbox-item">
      <div className="inbox-count">
        <b>{count(number)}</b>
        <span className="muted small">{number === 1 ? 'record' : 'records'}</span>
      </div>
      <div className="grow stack tight">
        <p className="strong">{message}</p>
        <p className="muted small row">
          <span className="badge bad plain">{kind}</span>
          <code>{code}</code>
          <span>
            first <Time at={firstAt} />, last <Time at={lastAt} />
          </span>
          {routes.map((each) => (
            <Link key={each} href={hrefOf('route', each)}>
              {each}
            </Link>
          ))}
        </p>
      </div>
      <div className="actions">
        <Link href={`/tasks/${sample.id}`}>Look at one</Link>
        {route !== undefined && <Link href={tasksHref({ state: sample.state, route })}>All on this route</Link>}
        {routes.length === 1 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<RefreshIcon size={14} />}
            loading={retry.isPending}
            title={`Retries every ${sample.state} record of the route`}
            onClick={() => retry.mutate()}
          >
            Retry the route
          </Button>
        )}
      </div>
    </li>
  );
}
