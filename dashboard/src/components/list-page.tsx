import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { newLink } from '../lib/links.ts';
import { Link } from '../lib/router.tsx';
import type { Kind, Page as PageOf } from '../types.ts';
import { AddIcon } from './icons.tsx';
import { LinkButton } from './link-button.tsx';
import { NewDrafts } from './new-drafts.tsx';
import { Empty, Page, Panel } from './page.tsx';
import { QueryView } from './query-view.tsx';
import { type Column, Table } from './table.tsx';

interface ListPageProps<Row> {
  readonly kind: Kind;
  readonly title: string;
  readonly lead: string;
  /** What one of them is called. */
  readonly word: string;
  readonly query: UseQueryResult<PageOf<Row>>;
  readonly columns: readonly Column<Row>[];
  readonly empty: { readonly title: string; readonly text: string; readonly action?: string };
  /** The way to a new one, where that is not a page. */
  readonly newButton?: ReactNode;
}

/** The documents of a kind, with the way to a new one, and to those that were begun. */
export function ListPage<Row extends { readonly identifier: string }>(props: ListPageProps<Row>) {
  const { kind, title, lead, word, query, columns, empty, newButton } = props;
  const link = newLink(kind);
  return (
    <Page
      title={title}
      lead={lead}
      actions={
        newButton ??
        (link && (
          <LinkButton {...link} leftSection={<AddIcon size={16} />}>
            New {word}
          </LinkButton>
        ))
      }
    >
      {link && <NewDrafts kind={kind} link={link} />}
      <Panel flush>
        <QueryView query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                title={empty.title}
                action={link && empty.action !== undefined && <Link {...link}>{empty.action}</Link>}
              >
                {empty.text}
              </Empty>
            ) : (
              <Table label={title} rows={items} rowKey={({ identifier }) => identifier} columns={columns} />
            )
          }
        </QueryView>
      </Panel>
    </Page>
  );
}
