import { Button } from '@mantine/core';
import { useState } from 'react';
import { useParams } from '@tanstack/react-router';
import { withQuery } from '../../api.ts';
import { DeleteDocument } from '../../components/delete-document.tsx';
import { FilterText } from '../../components/filter-text.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { AddIcon, SearchIcon } from '../../components/icons.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { short } from '../../lib/format.ts';
import { useFilters } from '../../lib/router.tsx';
import { useApi, useDocument } from '../../queries.ts';
import type { Page as PageOf } from '../../types.ts';
import { EntryEditor, type StorageEntry } from './entry-editor.tsx';

/** The entries of one storage, found by a part of their key. */
export default function StoragePage() {
  const { id } = useParams({ from: '/storages/$id' });
  const [{ search }, setFilters] = useFilters();
  const [edited, setEdited] = useState<StorageEntry>();
  const document = useDocument('storage', id);
  const entries = useApi<PageOf<StorageEntry>>(
    withQuery(`/storages/${encodeURIComponent(id)}/entries`, { search, limit: 200 }),
  );
  return (
    <Page
      title={document.data?.name ?? id}
      lead={document.data?.description}
      back={{ to: '/storages', label: 'Storages' }}
      actions={
        <>
          <VersionsButton kind="storage" identifier={id} />
          <DeleteDocument kind="storage" identifier={id} />
          <Button
            leftSection={<AddIcon size={16} />}
            onClick={() => setEdited({ key: '', value: '', updatedAt: null })}
          >
            New entry
          </Button>
        </>
      }
    >
      <FilterText
        type="search"
        aria-label="Part of the key"
        placeholder="Part of the key"
        leftSection={<SearchIcon size={16} />}
        maw={420}
        value={search}
        onChange={(text) => setFilters({ search: text })}
      />
      <Panel flush>
        <QueryView query={entries}>
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              <Empty title={search === undefined ? 'Nothing is kept here yet' : 'No key holds this text'}>
                Steps of a route write here, or you add an entry by hand.
              </Empty>
            ) : (
              <>
                <Table
                  label="Entries"
                  rows={items}
                  rowKey={({ key }) => key}
                  columns={[
                    {
                      title: 'Key',
                      cell: (entry) => (
                        <button type="button" className="link strong" onClick={() => setEdited(entry)}>
                          {entry.key}
                        </button>
                      ),
                    },
                    {
                      title: 'Value',
                      kind: 'main',
                      cell: ({ value }) => <code>{short(JSON.stringify(value), 140)}</code>,
                    },
                    { title: 'Changed', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
                  ]}
                />
                {nextCursor !== null && <p className="muted small pad">The first 200 by key. Search to find others.</p>}
              </>
            )
          }
        </QueryView>
      </Panel>
      {edited && <EntryEditor storage={id} entry={edited} onClose={() => setEdited(undefined)} />}
    </Page>
  );
}
