import { Button, SegmentedControl, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { queryClient } from '../../api.ts';
import { Empty, Page } from '../../components/page.tsx';
import { FreshPill } from '../../components/fresh-pill.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Time } from '../../components/time.tsx';
import { decideGroup, type ErrorGroup, loadErrorGroups, retryGroup } from '../../lib/error-groups.ts';
import { count } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import { Link, useFilters } from '../../lib/router.tsx';
import { useSteady } from '../../lib/use-steady.ts';
import { LIVE_MS, useRoutes } from '../../queries.ts';

/** What keeps records from arriving, by cause: mend one thing, retry all of its records. */
export default function ErrorsPage() {
  const [{ route, state = 'open' }, setFilters] = useFilters();
  const routes = useRoutes().data?.items ?? [];
  const inbox = useQuery({
    queryKey: ['errors', route, state],
    queryFn: ({ signal }) => loadErrorGroups({ route, state }, signal),
    refetchInterval: LIVE_MS * 2,
  });
  return (
    <Page title="Errors" lead="Failed records by their cause. Mend the cause once, then retry all of its records.">
      <div className="filters">
        <Select
          aria-label="Route"
          maw={420}
          placeholder="Any route"
          clearable
          searchable
          data={routes.map(({ identifier, name }) => ({ value: identifier, label: name ?? identifier }))}
          value={route ?? null}
          onChange={(next) => setFilters({ route: next })}
        />
      </div>
      <SegmentedControl
        className="start"
        aria-label="Which causes"
        value={state}
        onChange={(next) => setFilters({ state: next === 'open' ? null : next })}
        data={[
          { value: 'open', label: 'Open' },
          { value: 'resolved', label: 'Resolved' },
          { value: 'ignored', label: 'Ignored' },
        ]}
      />
      <QueryView query={inbox}>
        {({ items, nextCursor }) =>
          items.length === 0 && state !== 'open' ? (
            <Empty title={`No cause is ${state}`}>What you decide about open ones appears here.</Empty>
          ) : items.length === 0 ? (
            <Empty title="Nothing has failed" action={<Link to="/tasks">Look at all records</Link>}>
              Every record arrived, was left out on purpose, or is on its way.
            </Empty>
          ) : (
            <>
              <Groups groups={items} view={`${state} ${route ?? ''}`} />
              {nextCursor !== null && <p className="muted small">The latest 100 causes; there are more.</p>}
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

/** Causes, which stay where they are; new ones wait until they are asked for. */
function Groups({ groups, view }: { readonly groups: readonly ErrorGroup[]; readonly view: string }) {
  const { shown, fresh, show } = useSteady(groups, ({ id }) => id, view);
  return (
    <>
      <FreshPill count={fresh} onShow={show} />
      <ul className="inbox">
        {shown.map((group) => (
          <Group key={group.id} group={group} />
        ))}
      </ul>
    </>
  );
}

/** What a person may do about a cause. */
interface Act {
  readonly label: string;
  readonly title: string;
  readonly done: string;
  readonly work: (group: ErrorGroup) => Promise<void>;
}

const ACTS: readonly Act[] = [
  {
    label: 'Retry all',
    title: 'Tries every failed record of this cause again',
    done: 'Its records go back to work',
    work: retryGroup,
  },
  {
    label: 'Resolve',
    title: 'The cause is repaired; it is listed again when it comes back',
    done: 'Resolved',
    work: (group) => decideGroup(group, 'resolve'),
  },
  {
    label: 'Ignore',
    title: 'Hides the cause, also when it comes again',
    done: 'Ignored',
    work: (group) => decideGroup(group, 'ignore'),
  },
];

const REOPEN: Act = {
  label: 'Open again',
  title: 'Takes the decision back',
  done: 'Open again',
  work: (group) => decideGroup(group, 'reopen'),
};

function Group({ group }: { readonly group: ErrorGroup }) {
  const { id, message, code, class: kind, count: number, routes, firstAt, lastAt, sample } = group;
  const act = useMutation({
    mutationFn: ({ work }: Act) => work(group),
    onSuccess: (_, { done }) => {
      notifications.show({ message: done, color: 'teal' });
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
          {routes.map(({ route }) => (
            <Link key={route} {...documentLink('route', route)}>
              {route}
            </Link>
          ))}
        </p>
      </div>
      <div className="actions">
        {sample !== null && (
          <Link to="/tasks/$id" params={{ id: sample.id }}>
            Look at one
          </Link>
        )}
        <Link to="/tasks" search={{ error: id }}>
          All of them
        </Link>
        {(group.state === 'open' ? ACTS : [REOPEN]).map((each) => (
          <Button
            key={each.label}
            size="xs"
            variant="default"
            loading={act.isPending && act.variables === each}
            title={each.title}
            onClick={() => act.mutate(each)}
          >
            {each.label}
          </Button>
        ))}
      </div>
    </li>
  );
}
