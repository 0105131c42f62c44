import { DocumentName } from '../../components/document-name.tsx';
import { ListPage } from '../../components/list-page.tsx';
import type { Column } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { useNotifications } from '../../queries.ts';
import type { NotificationOverview } from '../../types.ts';
import { eventLabel } from './events.ts';

/** Who is told what. */
export default function NotificationsPage() {
  return (
    <ListPage
      kind="notification"
      title="Notifications"
      lead="A notification tells people what happened: in a chat, or through any system that takes a call."
      word="notification"
      query={useNotifications()}
      columns={COLUMNS}
      empty={{
        title: 'Nobody is told yet',
        text: 'Runs that fail, clients that cannot sign in, routes that fall silent: somebody should hear of it without looking.',
        action: 'Set up the first notification',
      }}
    />
  );
}

const COLUMNS: readonly Column<NotificationOverview>[] = [
  { title: 'Notification', cell: (document) => <DocumentName kind="notification" document={document} /> },
  { title: 'Tells of', kind: 'main', cell: ({ spec }) => spec.events.map(eventLabel).join(' · ') },
  { title: 'Goes to', kind: 'hide', cell: ({ state }) => state.host ?? '–' },
  {
    title: 'Last message',
    cell: ({ state }) => {
      if (state.failedTries > 0)
        return <span className="badge bad">{`not sent, ${count(state.waiting)} waiting`}</span>;
      return state.sentAt === null ? 'none yet' : <Time at={state.sentAt} />;
    },
  },
];
