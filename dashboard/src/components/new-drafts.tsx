import { Alert, Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, queryClient } from '../api.ts';
import type { newLink } from '../lib/links.ts';
import { Link, useFilters } from '../lib/router.tsx';
import { documentPath, useApi } from '../queries.ts';
import type { Doc, Kind, Page } from '../types.ts';
import { ErrorNote } from './error-note.tsx';
import { QueryView } from './query-view.tsx';
import { Time } from './time.tsx';

interface DraftLine {
  readonly kind: Kind;
  readonly identifier: string;
  readonly author: string;
  /** Version that it changes; 0 for a document that is not there yet. */
  readonly base: number;
  readonly updatedAt: string;
}

interface NewDraftsProps {
  readonly kind: Kind;
  /** Leads to the form of a new one. */
  readonly link: NonNullable<ReturnType<typeof newLink>>;
}

/** Drafts of documents that are not there yet, above the list of those that are. */
export function NewDrafts({ kind, link }: NewDraftsProps) {
  const drafts = useApi<Page<DraftLine>>('/drafts').data?.items ?? [];
  const own = drafts.filter((draft) => draft.kind === kind && draft.base === 0);
  const drop = useMutation({
    mutationFn: (identifier: string) => api('DELETE', `${documentPath(kind, identifier)}/draft`),
    onSettled: () => queryClient.invalidateQueries(),
  });
  if (own.length === 0) return null;
  return (
    <Alert color="blue" title="Drafts that are not live">
      <ErrorNote error={drop.error} />
      {own.map(({ identifier, author, updatedAt }) => (
        <p key={identifier} className="row">
          <Link className="strong" {...link} search={{ draft: identifier }}>
            {identifier}
          </Link>
          <span className="muted small">
            by {author}, <Time at={updatedAt} />
          </span>
          <Button size="compact-xs" variant="default" onClick={() => drop.mutate(identifier)}>
            Drop it
          </Button>
        </p>
      ))}
    </Alert>
  );
}

interface FromDraftProps<Spec> {
  readonly kind: Kind;
  readonly blank: Doc<Spec>;
  readonly children: (start: Doc<Spec>) => ReactNode;
}

/** A form for a new document, from the beginning or from the draft that the address names. */
export function FromDraft<Spec>({ kind, blank, children }: FromDraftProps<Spec>) {
  const [{ draft }] = useFilters();
  const query = useQuery({
    queryKey: ['new from a draft', kind, draft],
    queryFn: ({ signal }) =>
      api<{ document: Doc }>('GET', `${documentPath(kind, draft ?? '')}/draft`, undefined, signal),
    // A form holds what was typed: it is read once, and gone when the document is made.
    enabled: ({ state }) => draft !== undefined && state.data === undefined,
    gcTime: 0,
  });
  if (draft === undefined) return children(blank);
  return (
    <QueryView query={query}>
      {({ document }) => children({ ...document, version: 0 } as unknown as Doc<Spec>)}
    </QueryView>
  );
}
