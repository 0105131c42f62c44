import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Empty, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { Page } from '../../types.ts';

interface Message {
  readonly id: string;
  readonly at: string;
  readonly status: 'sent' | 'failed' | 'test' | 'test-failed';
  readonly count: number;
  readonly httpStatus: number | null;
  readonly durationMs: number;
  readonly title: string;
  readonly error: string | null;
}

const BADGES = {
  sent: { tone: 'ok', word: 'sent' },
  failed: { tone: 'bad', word: 'not sent' },
  test: { tone: 'ok', word: 'test sent' },
  'test-failed': { tone: 'bad', word: 'test failed' },
} as const;

/** What a notification sent, and the button that sends a test. */
export function Messages({ id }: { readonly id: string }) {
  const path = `/notifications/${encodeURIComponent(id)}`;
  const messages = useApi<Page<Message>>(`${path}/messages`, LIVE_MS * 2);
  const send = useMutation({
    mutationFn: () => api('POST', `${path}/test`, {}),
    onSettled: () => queryClient.invalidateQueries(),
  });
  return (
    <Panel
      title="Messages"
      hint="The last 100. What could not be sent is tried again, and what happens meanwhile goes with it."
      actions={
        <Button size="xs" variant="default" loading={send.isPending} onClick={() => send.mutate()}>
          Send a test
        </Button>
      }
      flush
    >
      {send.error !== null && (
        <div className="pad">
          <ErrorNote error={send.error} />
        </div>
      )}
      <QueryView query={messages}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing was sent yet">Send a test: it shows whether the address is right.</Empty>
          ) : (
            <Table label="Messages" rows={items} rowKey={(message) => message.id} columns={COLUMNS} />
          )
        }
      </QueryView>
    </Panel>
  );
}

const COLUMNS = [
  {
    title: 'Result',
    kind: 'tight' as const,
    cell: ({ status }: Message) => <span className={`badge ${BADGES[status].tone}`}>{BADGES[status].word}</span>,
  },
  {
    title: 'Message',
    kind: 'main' as const,
    cell: ({ title, error }: Message) => (
      <>
        {title}
        {error !== null && <div className="bad-text small">{error}</div>}
      </>
    ),
  },
  { title: 'Events', kind: 'num hide' as const, cell: (message: Message) => count(message.count) },
  { title: 'Status', kind: 'num hide' as const, cell: ({ httpStatus }: Message) => httpStatus ?? '–' },
  { title: 'When', cell: ({ at }: Message) => <Time at={at} /> },
];
