import { useParams } from '@tanstack/react-router';
import { DeleteDocument } from '../../components/delete-document.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { EditIcon } from '../../components/icons.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { RunNow } from '../../components/run-now.tsx';
import { RunsTable } from '../../components/runs-table.tsx';
import { SetUpWebhook } from '../../components/set-up-webhook.tsx';
import { Time } from '../../components/time.tsx';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { CursorCard } from './cursor-card.tsx';
import { FilesPanel } from './files-panel.tsx';
import { LIVE_MS, useApi, useIncomings, useRoutes } from '../../queries.ts';
import type { IncomingOverview, Page as PageOf, Run } from '../../types.ts';

/** One incoming: where it stands, what it feeds, its runs. */
export default function IncomingPage() {
  const { id } = useParams({ from: '/incomings/$id' });
  const incomings = useIncomings();
  const incoming = incomings.data?.items.find(({ identifier }) => identifier === id);
  return (
    <Page
      title={incoming?.name ?? id}
      lead={incoming?.description}
      back={{ to: '/incomings', label: 'Incoming' }}
      actions={
        incoming && (
          <>
            <VersionsButton kind="incoming" identifier={id} />
            <DeleteDocument kind="incoming" identifier={id} />
            <LinkButton to="/incomings/$id/edit" params={{ id }} variant="default" leftSection={<EditIcon size={16} />}>
              Edit
            </LinkButton>
            <RunNow incoming={id} />
          </>
        )
      }
    >
      <QueryView query={incomings}>
        {() =>
          incoming ? (
            <Content incoming={incoming} />
          ) : (
            <Empty title={`There is no incoming "${id}"`} action={<Link to="/incomings">All incomings</Link>} />
          )
        }
      </QueryView>
    </Page>
  );
}

function Content({ incoming }: { readonly incoming: IncomingOverview }) {
  const runs = useApi<PageOf<Run>>(`/runs?incoming=${encodeURIComponent(incoming.identifier)}&limit=25`, LIVE_MS);
  const routes = (useRoutes().data?.items ?? []).filter(({ spec }) => spec.incoming === incoming.identifier);
  const { subscriber, schedule, transformers = [] } = incoming.spec;
  return (
    <>
      <div className="split even">
        <Panel title="What it reads">
          <dl className="facts">
            <dt>From</dt>
            <dd>
              {subscriber.client === undefined ? (
                subscriber.type
              ) : (
                <Link {...documentLink('client', subscriber.client)}>{subscriber.client}</Link>
              )}
            </dd>
            {subscriber.entity !== undefined && (
              <>
                <dt>Entity</dt>
                <dd>
                  {subscriber.entity} ({subscriber.operation ?? 'list'})
                </dd>
              </>
            )}
            <dt>Steps</dt>
            <dd>{transformers.length === 0 ? 'none' : transformers.map(({ type }) => type).join(' → ')}</dd>
            <dt>Feeds</dt>
            <dd>
              {routes.length === 0 && (
                <Link to="/routes/new" search={{ incoming: incoming.identifier }}>
                  No route yet: make one
                </Link>
              )}
              {routes.map(({ identifier, name }) => (
                <Link key={identifier} {...documentLink('route', identifier)} className="block">
                  {name ?? identifier}
                </Link>
              ))}
            </dd>
          </dl>
        </Panel>
        <Panel title="Where it stands">
          <dl className="facts">
            <dt>Mode</dt>
            <dd>{modeText(subscriber)}</dd>
            <dt>Last run</dt>
            <dd>
              <Time at={incoming.state.lastRun?.startedAt} />
            </dd>
            <dt>Next run</dt>
            <dd>{schedule ? <Time at={incoming.state.nextRunAt} /> : 'only when asked'}</dd>
            <dt>Schedule</dt>
            <dd>{scheduleText(schedule)}</dd>
            <dt>Webhook</dt>
            <dd>
              {incoming.spec.webhook === undefined ? 'none ' : `takes deliveries at /hooks/${incoming.identifier} `}
              {subscriber.client !== undefined && <SetUpWebhook incoming={incoming.identifier} />}
            </dd>
          </dl>
        </Panel>
      </div>
      {subscriber.type === 'connector' && <CursorCard incoming={incoming} />}
      {subscriber.type === 'file' && (
        <FilesPanel
          incoming={incoming.identifier}
          takesUploads={takesUploads(subscriber)}
          isFeeding={routes.length > 0}
        />
      )}
      <Panel title="Runs" flush>
        <QueryView query={runs}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="It has not run yet">Press “Run now” above, or wait for its schedule.</Empty>
            ) : (
              <RunsTable runs={items} showIncoming={false} />
            )
          }
        </QueryView>
      </Panel>
    </>
  );
}

/** An upload is what a file incoming takes unless it says otherwise. */
function takesUploads({ source }: IncomingOverview['spec']['subscriber']): boolean {
  const { kind = 'upload' } = (source ?? {}) as { kind?: string };
  return kind === 'upload';
}

function modeText({ type, mode }: IncomingOverview['spec']['subscriber']): string {
  if (type === 'webhook') return 'What is sent to it';
  if (type === 'file') return 'What is new in its files';
  if (mode === 'full') return 'Everything, each time';
  return 'What changed: by the time of change where the system can tell, else all is read and compared';
}

function scheduleText(schedule: IncomingOverview['spec']['schedule']): string {
  if (!schedule) return 'none';
  if (schedule.every !== undefined) return `every ${schedule.every}`;
  return `${schedule.cron ?? ''} (${schedule.timezone ?? 'UTC'})`;
}
