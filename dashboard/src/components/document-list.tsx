import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { hrefOf } from '../lib/hrefs.ts';
import { Link } from '../lib/router.tsx';
import { useOverviews } from '../queries.ts';
import type { Kind, Overview } from '../types.ts';
import { AddIcon } from './icons.tsx';
import { NewDrafts } from './new-drafts.tsx';
import { Empty, Page, Panel } from './page.tsx';
import { QueryView } from './query-view.tsx';
import { Table } from './table.tsx';

interface DocumentListProps {
  readonly kind: Kind;
  readonly title: string;
  readonly lead: string;
  readonly word: string;
  readonly empty: string;
  readonly fact: { readonly title: string; readonly of: (document: Overview) => ReactNode };
  readonly onNew: () => void;
}

/** The documents of a kind, with one fact about each. */
export function DocumentList({ kind, title, lead, word, empty, fact, onNew }: DocumentListProps) {
  const documents = useOverviews(kind);
  const button = (
    <Button leftSection={<AddIcon size={16} />} onClick={onNew}>
      New {word}
    </Button>
  );
  return (
    <Page title={title} lead={lead} actions={button}>
      {kind === 'transformer' && <NewDrafts kind={kind} path="/transformers" />}
      <Panel flush>
        <QueryView query={documents}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={`No ${word} yet`}>{empty}</Empty>
            ) : (
              <Table
                label={title}
                rows={items}
                rowKey={({ identifier }) => identifier}
                columns={[
                  {
                    title: 'Name',
                    kind: 'main',
                    cell: ({ identifier, name }) => (
                      <Link className="strong" href={hrefOf(kind, identifier)}>
                        {name ?? identifier}
                      </Link>
                    ),
                  },
                  { title: 'Identifier', kind: 'hide', cell: ({ identifier }) => <code>{identifier}</code> },
                  { title: fact.title, cell: fact.of },
                ]}
              />
            )
          }
        </QueryView>
      </Panel>
    </Page>
  );
}
