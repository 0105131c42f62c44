import { useParams } from '@tanstack/react-router';
import { DeleteDocument } from '../../components/delete-document.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { EditIcon } from '../../components/icons.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { RunNow } from '../../components/run-now.tsx';
import { Link } from '../../lib/router.tsx';
import { stepSummary } from '../../lib/step-summary.ts';
import { LIVE_MS, useApi, useRoutes } from '../../queries.ts';
import type { Page as PageOf, RouteOverview, Task } from '../../types.ts';
import { PlanPanel } from './plan-panel.tsx';
import { RouteCanvas } from './route-canvas.tsx';
import { TaskTable } from '../tasks/task-table.tsx';

/** One route: its picture, its steps, its latest records. */
export default function RoutePage() {
  const { id } = useParams({ from: '/routes/$id' });
  const routes = useRoutes();
  const route = routes.data?.items.find(({ identifier }) => identifier === id);
  return (
    <Page
      title={route?.name ?? id}
      lead={route?.description}
      back={{ to: '/routes', label: 'Routes' }}
      wide
      actions={
        route && (
          <>
            <VersionsButton kind="route" identifier={id} />
            <DeleteDocument kind="route" identifier={id} />
            <LinkButton to="/routes/$id/edit" params={{ id }} variant="default" leftSection={<EditIcon size={16} />}>
              Edit
            </LinkButton>
            <RunNow incoming={route.spec.incoming} />
          </>
        )
      }
    >
      <QueryView query={routes}>
        {() =>
          route ? (
            <Content route={route} />
          ) : (
            <Empty title={`There is no route "${id}"`} action={<Link to="/routes">All routes</Link>} />
          )
        }
      </QueryView>
    </Page>
  );
}

function Content({ route }: { readonly route: RouteOverview }) {
  const tasks = useApi<PageOf<Task>>(`/tasks?route=${encodeURIComponent(route.identifier)}&limit=12`, LIVE_MS);
  const { transformers = [], retry } = route.spec;
  return (
    <>
      <RouteCanvas routes={[route]} />
      <div className="split route-split">
        <Panel title="Steps" hint={`Tried ${retry?.attempts ?? 5} times before a record is failed`}>
          {transformers.length === 0 && <p className="muted">Records go on as they come.</p>}
          <ol className="step-list">
            {transformers.map((step, index) => (
              <li key={index}>
                <span className="strong">{step.type}</span> <span className="muted small">{stepSummary(step)}</span>
              </li>
            ))}
          </ol>
        </Panel>
        <Panel
          title="Latest records"
          flush
          actions={
            <Link to="/tasks" search={{ route: route.identifier }}>
              All of them
            </Link>
          }
        >
          <QueryView query={tasks}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title="No record came through yet">Run its incoming: “Run now” above.</Empty>
              ) : (
                <TaskTable tasks={items} showRoute={false} />
              )
            }
          </QueryView>
        </Panel>
      </div>
      <PlanPanel route={route.identifier} />
    </>
  );
}
