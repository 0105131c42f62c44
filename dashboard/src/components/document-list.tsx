import type { ReactNode } from 'react';
import { useOverviews } from '../queries.ts';
import type { Kind, Overview } from '../types.ts';
import { DocumentName } from './document-name.tsx';
import { ListPage } from './list-page.tsx';

interface DocumentListProps {
  readonly kind: Kind;
  readonly title: string;
  readonly lead: string;
  readonly word: string;
  readonly empty: string;
  readonly fact: { readonly title: string; readonly of: (document: Overview) => ReactNode };
  readonly newButton?: ReactNode;
}

/** The documents of a kind that says little about itself, with one fact about each. */
export function DocumentList({ kind, word, empty, fact, ...rest }: DocumentListProps) {
  return (
    <ListPage
      kind={kind}
      word={word}
      query={useOverviews(kind)}
      empty={{ title: `No ${word} yet`, text: empty }}
      columns={[
        { title: 'Name', kind: 'main', cell: (document) => <DocumentName kind={kind} document={document} /> },
        { title: 'Identifier', kind: 'hide', cell: ({ identifier }) => <code>{identifier}</code> },
        { title: fact.title, cell: fact.of },
      ]}
      {...rest}
    />
  );
}
