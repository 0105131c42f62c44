import { Button, FileButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient, upload, withQuery } from '../../api.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Empty, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { bytes, count } from '../../lib/format.ts';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { Page } from '../../types.ts';

interface InboxFile {
  readonly id: string;
  readonly source: string;
  readonly name: string;
  readonly bytes: number;
  readonly state: string;
  readonly rows: number | null;
  readonly isKept: boolean;
  readonly createdAt: string;
}

const TONES: Readonly<Record<string, string>> = { new: 'info', read: 'ok', failed: 'bad' };

interface FilesPanelProps {
  readonly incoming: string;
  readonly takesUploads: boolean;
  /** Whether a route takes its records. */
  readonly isFeeding: boolean;
}

/** Files of an incoming: send one, see what was read of each, read one again. */
export function FilesPanel({ incoming, takesUploads, isFeeding }: FilesPanelProps) {
  const path = `/incomings/${encodeURIComponent(incoming)}/files`;
  const files = useApi<Page<InboxFile>>(`${path}?limit=100`, LIVE_MS);
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const send = (file: File | null): void => {
    if (file) act.mutate(() => upload(withQuery(path, { name: file.name }), file));
  };
  return (
    <Panel
      title="Files"
      hint={isFeeding ? 'The next run reads what is new' : 'Files wait until a route takes their records'}
      flush
      actions={
        takesUploads && (
          <FileButton onChange={send}>
            {(props) => (
              <Button {...props} size="xs" loading={act.isPending}>
                Upload a file
              </Button>
            )}
          </FileButton>
        )
      }
    >
      <ErrorNote error={act.error} />
      <QueryView query={files}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No file yet">Upload one, then press “Run now”.</Empty>
          ) : (
            <Table
              label="Files"
              rows={items}
              rowKey={({ id }) => id}
              columns={[
                { title: 'File', kind: 'main', cell: ({ name }) => <span className="strong">{name}</span> },
                {
                  title: 'State',
                  cell: ({ state }) => <span className={`badge ${TONES[state] ?? 'quiet'}`}>{state}</span>,
                },
                { title: 'Rows', kind: 'num', cell: ({ rows }) => (rows === null ? '–' : count(rows)) },
                { title: 'Size', kind: 'num hide', cell: (file) => bytes(file.bytes) },
                { title: 'Came', kind: 'hide', cell: ({ createdAt }) => <Time at={createdAt} /> },
                {
                  title: 'Do',
                  cell: ({ id, name, state, isKept }) => (
                    <span className="row">
                      {state !== 'new' && isKept && (
                        <Button
                          size="compact-sm"
                          variant="default"
                          onClick={() => act.mutate(() => api('POST', `${path}/${id}/read-again`, {}))}
                        >
                          Read again
                        </Button>
                      )}
                      <ConfirmButton
                        size="compact-sm"
                        variant="default"
                        question={`Remove ${name}?`}
                        explanation="What was read of it stays."
                        confirm="Remove"
                        action={async () => {
                          await api('DELETE', `${path}/${id}`);
                          await queryClient.invalidateQueries();
                        }}
                      >
                        Remove
                      </ConfirmButton>
                    </span>
                  ),
                },
              ]}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}
