import { Table } from '../../components/table.tsx';
import { count } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { useBacklog, useIncomings } from '../../queries.ts';
import type { RouteOverview } from '../../types.ts';
import { healthOf } from '../home/health.ts';

/** Routes as rows: from, to, steps, health. */
export function RouteList({ routes }: { readonly routes: readonly RouteOverview[] }) {
  const incomings = useIncomings().data?.items ?? [];
  const backlog = useBacklog().data?.items ?? [];
  const healthFor = (route: RouteOverview) =>
    healthOf(
      route,
      incomings.find(({ identifier }) => identifier === route.spec.incoming),
      backlog.find((each) => each.route === route.identifier),
    );
  return (
    <Table
      label="Routes"
      rows={routes}
      rowKey={({ identifier }) => identifier}
      columns={[
        {
          title: 'Route',
          kind: 'main',
          cell: ({ identifier, name }) => (
            <Link className="strong" {...documentLink('route', identifier)}>
              {name ?? identifier}
            </Link>
          ),
        },
        {
          title: 'From',
          kind: 'hide',
          cell: ({ spec }) => <Link {...documentLink('incoming', spec.incoming)}>{spec.incoming}</Link>,
        },
        {
          title: 'To',
          kind: 'hide',
          cell: ({ spec }) => <Link {...documentLink('outgoing', spec.outgoing)}>{spec.outgoing}</Link>,
        },
        { title: 'Steps', kind: 'num hide', cell: ({ spec }) => count(spec.transformers?.length ?? 0) },
        {
          title: 'Health',
          cell: (route) => {
            const { tone, word, why } = healthFor(route);
            return (
              <span className={`badge ${tone}`} title={why}>
                {word}
              </span>
            );
          },
        },
      ]}
    />
  );
}
