import { Alert, Button } from '@mantine/core';
import { useState } from 'react';
import { withQuery } from '../../api.ts';
import { Changes } from '../../components/changes.tsx';
import { FilterText } from '../../components/filter-text.tsx';
import { Empty, Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useFilters } from '../../lib/router.tsx';
import { useApi } from '../../queries.ts';
import type { AuditEntry, Page as List } from '../../types.ts';

/** Who did what, and whether the trail is whole. */
export default function AuditPage() {
  const [{ actor, action, subject }, setFilters] = useFilters();
  const filter = { actor, action, subject };
  const [cursor, setCursor] = useState<string>();
  const entries = useApi<List<AuditEntry>>(withQuery('/audit', { ...filter, cursor, limit: 50 }));
  const chain = useApi<{ isWhole: boolean; entries: number; brokenAt: string | null }>('/audit/verify');
  const field = (name: keyof typeof filter, label: string, example: string) => (
    <FilterText
      label={label}
      placeholder={example}
      value={filter[name]}
      onChange={(text) => {
        setCursor(undefined);
        setFilters({ [name]: text });
      }}
    />
  );
  return (
    <Page title="Audit trail" lead="Every change and every sign-in: who, when, from where, what." wide>
      <div className="stack">
        {chain.data && !chain.data.isWhole && (
          <Alert color="red" title="The trail was tampered with">
            Entry {chain.data.brokenAt} was changed, or one before it is missing.
          </Alert>
        )}
        <div className="filters">
          {field('actor', 'Who', 'ada')}
          {field('action', 'Action', 'sign-in')}
          {field('subject', 'Subject', 'client/halo')}
        </div>
        <Panel flush>
          <QueryView query={entries}>
            {({ items, nextCursor }) =>
              items.length === 0 ? (
                <Empty title="Nothing found">
                  Take a filter away: actions and subjects are found by how they begin.
                </Empty>
              ) : (
                <>
                  <Table
                    label="Audit trail"
                    rows={items}
                    rowKey={({ id }) => id}
                    columns={[
                      { title: 'When', cell: ({ at }) => <Time at={at} /> },
                      { title: 'Who', cell: ({ actor }) => <span className="strong">{actor}</span> },
                      { title: 'Action', kind: 'hide', cell: ({ action }) => <code>{action}</code> },
                      { title: 'Subject', kind: 'main', cell: (entry) => <Subject entry={entry} /> },
                      { title: 'Address', kind: 'hide', cell: ({ address }) => <code>{address ?? '–'}</code> },
                    ]}
                  />
                  {nextCursor !== null && (
                    <div className="actions" style={{ padding: 12 }}>
                      <Button variant="default" onClick={() => setCursor(nextCursor)}>
                        Older entries
                      </Button>
                    </div>
                  )}
                </>
              )
            }
          </QueryView>
        </Panel>
      </div>
    </Page>
  );
}

function Subject({ entry }: { readonly entry: AuditEntry }) {
  const { subject, reason, before, after } = entry;
  return (
    <>
      <code className="only-phone">{entry.action} </code>
      {subject} {reason !== null && <span className="muted">· {reason}</span>}
      {(before !== null || after !== null) && (
        <details>
          <summary className="muted small">What changed</summary>
          <Changes before={before ?? {}} after={after ?? {}} />
        </details>
      )}
    </>
  );
}
