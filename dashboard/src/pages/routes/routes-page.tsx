import { SegmentedControl } from '@mantine/core';
import { AddIcon } from '../../components/icons.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { NewDrafts } from '../../components/new-drafts.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Link, useFilters } from '../../lib/router.tsx';
import { useRoutes } from '../../queries.ts';
import { RouteCanvas } from './route-canvas.tsx';
import { RouteList } from './route-list.tsx';

/** All routes, as a list or as a picture of what flows where. */
export default function RoutesPage() {
  const routes = useRoutes();
  const [filters, setFilters] = useFilters();
  const view = filters.view === 'list' ? 'list' : 'canvas';
  return (
    <Page
      title="Routes"
      lead="A route brings records of an incoming to an outgoing, and filters and maps them on the way."
      wide
      actions={
        <>
          <SegmentedControl
            aria-label="How routes are shown"
            value={view}
            onChange={(next) => setFilters({ view: next === 'list' ? next : null })}
            data={[
              { value: 'canvas', label: 'Canvas' },
              { value: 'list', label: 'List' },
            ]}
          />
          <LinkButton to="/routes/new" leftSection={<AddIcon size={16} />}>
            New route
          </LinkButton>
        </>
      }
    >
      <NewDrafts kind="route" link={{ to: '/routes/new' }} />
      <QueryView query={routes}>
        {({ items }) => {
          if (items.length === 0) {
            return (
              <Empty title="No route yet" action={<Link to="/routes/new">Make the first route</Link>}>
                It needs an incoming and an outgoing.
              </Empty>
            );
          }
          return view === 'list' ? (
            <Panel flush>
              <RouteList routes={items} />
            </Panel>
          ) : (
            <RouteCanvas routes={items} />
          );
        }}
      </QueryView>
    </Page>
  );
}
