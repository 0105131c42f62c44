import { Button, FileButton, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Page, Panel } from '../../components/page.tsx';
import { Table } from '../../components/table.tsx';
import { documentLink } from '../../lib/links.ts';
import { plural } from '../../lib/format.ts';
import { Link } from '../../lib/router.tsx';
import type { Doc, Kind, Page as List } from '../../types.ts';

/** What applying would do with a document. */
interface Change {
  readonly action: string;
  readonly kind: Kind;
  readonly identifier: string;
}

interface Read {
  readonly name: string;
  readonly documents: readonly { readonly source: string; readonly document: unknown }[];
}

const TONES: Readonly<Record<string, string>> = { create: 'ok', update: 'info' };

/** All documents as a file, and a file of documents with a look at what it would change. */
export default function DocumentsPage() {
  return (
    <Page
      title="Export and import"
      lead="Clients, incomings, outgoings, routes and all the rest as one file of JSON: to keep it, or to bring it to another server."
    >
      <Export />
      <Import />
    </Page>
  );
}

function Export() {
  const load = useMutation({
    mutationFn: () => api<List<Doc>>('GET', '/documents'),
    onSuccess: ({ items }) => download('sluice-documents.json', JSON.stringify(items, null, 2)),
  });
  return (
    <Panel title="Export" hint="Left out: secrets, records, runs, users. Variables stay names.">
      <ErrorNote error={load.error} />
      <Button variant="default" loading={load.isPending} onClick={() => load.mutate()}>
        Download all documents
      </Button>
    </Panel>
  );
}

function Import() {
  const [read, setRead] = useState<Read>();
  const [reason, setReason] = useState('');
  const apply = (dryRun: boolean, { documents }: Read) =>
    api<{ changes: readonly Change[] }>('POST', '/documents/apply', {
      documents,
      dryRun,
      ...(!dryRun && reason !== '' && { reason }),
    });
  const look = useMutation({
    mutationFn: async (file: File) => {
      const found = { name: file.name, documents: documentsOf(file.name, await file.text()) };
      setRead(found);
      return apply(true, found);
    },
  });
  const save = useMutation({
    mutationFn: (found: Read) => apply(false, found),
    onSuccess: async ({ changes }) => {
      await queryClient.invalidateQueries();
      notifications.show({ message: `${plural(changes.length, 'document')} applied`, color: 'teal' });
      look.reset();
      setRead(undefined);
    },
  });
  const changes = look.data?.changes ?? [];
  const changing = changes.filter(({ action }) => action !== 'unchanged');
  return (
    <Panel title="Import" hint="Nothing changes before you have seen what would; it is all of it or nothing.">
      <div className="stack">
        <div>
          <FileButton accept="application/json,.json" onChange={(file) => file && look.mutate(file)}>
            {(props) => (
              <Button {...props} variant="default" loading={look.isPending}>
                Choose a file
              </Button>
            )}
          </FileButton>
        </div>
        <ErrorNote error={look.error ?? save.error} />
        {look.isSuccess && read && (
          <>
            <p role="status">
              {read.name}: {plural(changes.length, 'document')}, of which {changing.length} would change something
            </p>
            <Table
              label="What would change"
              rows={changes}
              rowKey={({ kind, identifier }) => `${kind} ${identifier}`}
              columns={[
                {
                  title: 'Would be',
                  kind: 'tight',
                  cell: ({ action }) => <span className={`badge ${TONES[action] ?? 'quiet'}`}>{action}</span>,
                },
                { title: 'Kind', cell: ({ kind }) => kind },
                {
                  title: 'Document',
                  kind: 'main',
                  cell: ({ action, kind, identifier }) =>
                    action === 'create' ? identifier : <Link {...documentLink(kind, identifier)}>{identifier}</Link>,
                },
              ]}
            />
            <TextInput
              label="Why"
              description="Stands with the versions"
              maw={520}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <div>
              <Button loading={save.isPending} disabled={changing.length === 0} onClick={() => save.mutate(read)}>
                Apply
              </Button>
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}

/** @throws Error for what is no JSON, as a person reads it. */
function documentsOf(name: string, text: string): Read['documents'] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${name} is no JSON`);
  }
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.map((document) => ({ source: name, document }));
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
