import { Button } from '@mantine/core';
import { AddIcon } from '../../components/icons.tsx';
import { NewDrafts } from '../../components/new-drafts.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { hrefOf } from '../../lib/hrefs.ts';
import { Link, navigate } from '../../lib/router.tsx';
import { useNotifications } from '../../queries.ts';
import type { NotificationOverview } from '../../types.ts';
import { eventLabel } from './events.ts';

/** Who is told what. */
export default function NotificationsPage() {
  const notifications = useNotifications();
  return (
    <Page
      title="Notifications"
      lead="A notification tells people what happened: in a chat, or through any system that takes a call."
      actions={
        <Button leftSection={<AddIcon size={16} />} onClick={() => navigate('/notifications/new')}>
          New notification
        </Button>
      }
    >
      <NewDrafts kind="notification" path="/notifications" />
      <Panel flush>
        <QueryView query={notifications}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                title="Nobody is told yet"
                action={<Link href="/notifications/new">Set up the first notification</Link>}
              >
                Runs that fail, clients that cannot sign in, routes that fall silent: somebody should hear of it without
                looking.
              </Empty>
            ) : (
              <Table label="Notifications" rows={items} rowKey={({ identifier }) => identifier} columns={COLUMNS} />
            )
          }
        </QueryView>
      </Panel>
    </Page>
  );
}

const COLUMNS = [
  {
    title: 'Notification',
    cell: ({ identifier, name, disabled, state }: NotificationOverview) => (
      <span className="row">
        <Link className="strong" href={hrefOf('notification', identifier)}>
          {name ?? identifier}
        </Link>
        {disabled === true && <span className="badge quiet plain">off</span>}
        {state.problems[0] && (
          <span className="badge bad" title={state.problems[0].message}>
            Not valid
          </span>
        )}
      </span>
    ),
  },
  {
    title: 'Tells of',
    kind: 'main' as const,
    cell: ({ spec }: NotificationOverview) => spec.events.map(eventLabel).join(' · '),
  },
  { title: 'Goes to', kind: 'hide' as const, cell: ({ state }: NotificationOverview) => state.host ?? '–' },
  {
    title: 'Last message',
    cell: ({ state }: NotificationOverview) => {
      if (state.failedTries > 0)
        return <span className="badge bad">{`not sent, ${count(state.waiting)} waiting`}</span>;
      return state.sentAt === null ? 'none yet' : <Time at={state.sentAt} />;
    },
  },
];
