import { useParams } from '@tanstack/react-router';
import { DeleteDocument } from '../../components/delete-document.tsx';
import { FromDraft } from '../../components/new-drafts.tsx';
import { Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { WithDraft } from '../../components/with-draft.tsx';
import { useDocument } from '../../queries.ts';
import type { Doc, NotificationSpec } from '../../types.ts';
import { Messages } from './messages.tsx';
import { NotificationForm } from './notification-form.tsx';

/** Sets a notification up, or changes it; beside it what it sent. */
export default function NotificationPage() {
  const { id } = useParams({ strict: false });
  const document = useDocument<NotificationSpec>('notification', id);
  const back = { to: '/notifications', label: 'Notifications' } as const;
  if (id === undefined) {
    return (
      <Page title="New notification" lead="What is told, and where it goes." back={back} wide>
        <FromDraft kind="notification" blank={BLANK}>
          {(start) => <NotificationForm start={start} isNew />}
        </FromDraft>
      </Page>
    );
  }
  return (
    <Page
      title={document.data?.name ?? id}
      lead={document.data?.description}
      back={back}
      actions={
        <>
          <VersionsButton kind="notification" identifier={id} />
          <DeleteDocument kind="notification" identifier={id} />
        </>
      }
      wide
    >
      <Messages id={id} />
      <QueryView query={document}>
        {(data) => <WithDraft document={data}>{(start) => <NotificationForm start={start} isNew={false} />}</WithDraft>}
      </QueryView>
    </Page>
  );
}

const BLANK: Doc<NotificationSpec> = {
  kind: 'notification',
  identifier: '',
  version: 0,
  spec: {
    events: ['run-failed', 'new-error', 'incident-opened', 'incident-closed', 'route-silent', 'disk-low'],
    channel: { type: 'webhook' },
  },
};
