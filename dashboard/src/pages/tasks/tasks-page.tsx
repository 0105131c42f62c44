import { Button, MultiSelect, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, queryClient, withQuery } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { FilterText } from '../../components/filter-text.tsx';
import { RefreshIcon, SearchIcon } from '../../components/icons.tsx';
import { Empty, Page } from '../../components/page.tsx';
import { Waiting } from '../../components/query-view.tsx';
import { useFilters } from '../../lib/router.tsx';
import { LIVE_MS, useApi, useRoutes } from '../../queries.ts';
import type { Page as PageOf, Task } from '../../types.ts';
import { BulkActions } from './bulk-actions.tsx';
import { TaskList } from './task-list.tsx';

const STATES = ['new', 'processing', 'retrying', 'waiting', 'finished', 'failed', 'skipped'];
const PAGE_SIZE = 200;

/** Every record on every route. The list is read in pages as it is scrolled, so its length does not matter. */
export default function TasksPage() {
  const [filters, setFilters] = useFilters();
  const { state, route, run, key, incoming, error } = filters;
  const query = { state, route, run, key, incoming, error };
  const isFiltered = Object.values(query).some((value) => value !== undefined);
  const routes = useRoutes().data?.items ?? [];
  const tasks = useInfiniteQuery({
    queryKey: ['tasks', query],
    queryFn: ({ pageParam, signal }) =>
      api<PageOf<Task>>(
        'GET',
        withQuery('/tasks', { ...query, limit: PAGE_SIZE, cursor: pageParam }),
        undefined,
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: Infinity,
    gcTime: 30_000,
  });
  const items = tasks.data?.pages.flatMap((each) => each.items) ?? [];
  const newest = useApi<PageOf<Task>>(withQuery('/tasks', { ...query, limit: 1 }), LIVE_MS);
  const hasNewer = Number(newest.data?.items[0]?.id ?? 0) > Number(items[0]?.id ?? 0) && tasks.isSuccess;
  const reload = (): void => void queryClient.resetQueries({ queryKey: ['tasks', query] });
  return (
    <Page
      title={key === undefined ? 'Tasks' : `Record ${key}`}
      lead={
        key === undefined
          ? 'One record on one route: what happened to it, and what happens next.'
          : 'Everything that happened to this record, on all routes.'
      }
      wide
      actions={
        <>
          <BulkActions filter={query} />
          <Button
            variant="default"
            leftSection={<RefreshIcon size={16} />}
            loading={tasks.isRefetching}
            onClick={reload}
          >
            Refresh
          </Button>
        </>
      }
    >
      <div className="filters">
        <FilterText
          type="search"
          aria-label="Key of the record, exactly"
          placeholder="Key of the record, exactly"
          leftSection={<SearchIcon size={16} />}
          value={key}
          onChange={(text) => setFilters({ key: text })}
        />
        <MultiSelect
          aria-label="States"
          placeholder={state === undefined ? 'Any state' : ''}
          data={STATES}
          value={state?.split(',') ?? []}
          clearable
          onChange={(next) => setFilters({ state: next.join(',') })}
        />
        <Select
          aria-label="Route"
          placeholder="Any route"
          searchable
          clearable
          data={routes.map(({ identifier, name }) => ({ value: identifier, label: name ?? identifier }))}
          value={route ?? null}
          onChange={(next) => setFilters({ route: next })}
        />
        {(run !== undefined || incoming !== undefined) && (
          <Button variant="light" onClick={() => setFilters({ run: null, incoming: null })}>
            {run === undefined ? `Incoming ${incoming ?? ''}` : `Run ${run}`} ×
          </Button>
        )}
      </div>
      <ErrorNote error={tasks.error} />
      {hasNewer && (
        <div>
          <Button size="xs" variant="light" onClick={reload}>
            There are newer ones: show them
          </Button>
        </div>
      )}
      {tasks.isPending && <Waiting lines={8} />}
      {tasks.isSuccess && items.length === 0 && (
        <Empty title={isFiltered ? 'No task matches' : 'No record has come yet'}>
          {isFiltered
            ? 'The key has to be exact: it is the id of the record in the source. Take a filter out to see more.'
            : 'Tasks appear as soon as an incoming that feeds a route has run.'}
        </Empty>
      )}
      {items.length > 0 && (
        <TaskList
          tasks={items}
          hasMore={tasks.hasNextPage}
          isLoading={tasks.isFetchingNextPage}
          onMore={() => void tasks.fetchNextPage()}
        />
      )}
    </Page>
  );
}
