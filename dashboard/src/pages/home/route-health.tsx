import { Empty, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { useBacklog, useIncomings, useRoutes } from '../../queries.ts';
import type { IncomingOverview, RouteBacklog, RouteOverview } from '../../types.ts';
import { healthOf } from './health.ts';

/** Every route with the one word on how it is, worst first. */
export function RouteHealth() {
  const routes = useRoutes();
  const incomings = useIncomings().data?.items ?? [];
  const backlog = useBacklog().data?.items ?? [];
  return (
    <Panel title="Routes" flush>
      <QueryView query={routes}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No route yet" action={<Link to="/routes/new">Make the first route</Link>}>
              A route brings records of an incoming to an outgoing.
            </Empty>
          ) : (
            <RouteTable routes={items} incomings={incomings} backlog={backlog} />
          )
        }
      </QueryView>
    </Panel>
  );
}

interface RouteTableProps {
  readonly routes: readonly RouteOverview[];
  readonly incomings: readonly IncomingOverview[];
  readonly backlog: readonly RouteBacklog[];
}

function RouteTable({ routes, incomings, backlog }: RouteTableProps) {
  const rows = routes.map((route) => {
    const incoming = incomings.find(({ identifier }) => identifier === route.spec.incoming);
    const counts = backlog.find((each) => each.route === route.identifier);
    return { route, incoming, counts, health: healthOf(route, incoming, counts) };
  });
  rows.sort((a, b) => a.health.order - b.health.order);
  return (
    <Table
      label="Routes and how they are"
      rows={rows}
      rowKey={({ route }) => route.identifier}
      columns={[
        {
          title: 'Route',
          kind: 'main',
          cell: ({ route }) => (
            <Link className="strong" {...documentLink('route', route.identifier)}>
              {route.name ?? route.identifier}
            </Link>
          ),
        },
        {
          title: 'Health',
          cell: ({ health }) => (
            <span className={`badge ${health.tone}`} title={health.why}>
              {health.word}
            </span>
          ),
        },
        { title: 'Last run', kind: 'hide', cell: ({ incoming }) => <Time at={incoming?.state.lastRun?.startedAt} /> },
        { title: 'Next run', kind: 'hide', cell: ({ incoming }) => <Time at={incoming?.state.nextRunAt} /> },
        { title: 'On their way', kind: 'num hide', cell: ({ counts }) => count(counts?.open ?? 0) },
        {
          title: 'Failed',
          kind: 'num',
          cell: ({ route, counts }) =>
            (counts?.failed ?? 0) > 0 ? (
              <Link to="/tasks" search={{ state: 'failed', route: route.identifier }}>
                {count(counts?.failed ?? 0)}
              </Link>
            ) : (
              '0'
            ),
        },
      ]}
    />
  );
}
