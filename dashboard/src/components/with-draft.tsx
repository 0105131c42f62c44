import { Alert, Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { api, queryClient } from '../api.ts';
import { documentPath, useApi } from '../queries.ts';
import type { Doc, Page } from '../types.ts';
import { Changes } from './changes.tsx';
import { ErrorNote } from './error-note.tsx';
import { Time } from './time.tsx';

interface Draft {
  readonly document: Doc;
  readonly author: string;
  readonly base: number;
  readonly isBehind: boolean;
  readonly updatedAt: string;
}

interface WithDraftProps<Spec> {
  readonly document: Doc<Spec>;
  readonly children: (start: Doc<Spec>) => ReactNode;
}

/** A form over a document, with the draft of it where somebody left one: go on with it, publish it, or drop it. */
export function WithDraft<Spec>({ document, children }: WithDraftProps<Spec>) {
  const path = `${documentPath(document.kind, document.identifier)}/draft`;
  const drafts = useApi<Page<Pick<Doc, 'kind' | 'identifier'>>>('/drafts');
  const isThere = drafts.data?.items.some(
    ({ kind, identifier }) => kind === document.kind && identifier === document.identifier,
  );
  const draft = useApi<Draft>(isThere === true ? path : undefined);
  const [taken, setTaken] = useState<Draft>();
  const [error, setError] = useState<unknown>();
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      await queryClient.invalidateQueries();
      setTaken(undefined);
    } catch (caught) {
      setError(caught);
    }
  };
  const found = isThere === true ? draft.data : undefined;
  // A form holds what was typed: another beginning is another form.
  const start = taken ? ({ ...taken.document, version: taken.base } as unknown as Doc<Spec>) : document;
  return (
    <>
      {found && (
        <Alert color="blue" title={taken ? 'You are working on the draft' : 'There is a draft that is not live'}>
          <div className="stack tight">
            <p>
              By {found.author}, <Time at={found.updatedAt} />
              {found.isBehind && '. The document has changed since: what clashes is shown when you save.'}
            </p>
            <details>
              <summary>What it changes</summary>
              <Changes before={{ ...document, version: undefined }} after={found.document} />
            </details>
            <ErrorNote error={error} />
            <div className="actions">
              {!taken && (
                <Button size="xs" onClick={() => setTaken(found)}>
                  Go on with it
                </Button>
              )}
              <Button
                size="xs"
                variant="default"
                disabled={found.isBehind}
                onClick={() => void act(() => api('POST', `${path}/publish`, {}))}
              >
                Publish it
              </Button>
              <Button size="xs" variant="default" onClick={() => void act(() => api('DELETE', path))}>
                Drop it
              </Button>
            </div>
          </div>
        </Alert>
      )}
      <div className="page-part" key={taken?.updatedAt ?? 'live'}>
        {children(start)}
      </div>
    </>
  );
}
