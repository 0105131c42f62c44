import { Alert, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { mergeDocuments } from '../lib/merge-documents.ts';
import { without } from '../lib/without.ts';
import { documentPath, readDocument } from '../queries.ts';
import type { ClientSpec, Doc, Page, Version } from '../types.ts';
import { Changes } from './changes.tsx';
import { ErrorNote } from './error-note.tsx';
import { Time } from './time.tsx';

interface ConflictProps {
  readonly mine: Doc<unknown>;
  readonly isBusy: boolean;
  readonly onSave: (document: Doc<unknown>) => void;
}

/** Somebody else has saved in the meantime: who, when, what, and the ways out of it. */
export function Conflict({ mine, isBusy, onSave }: ConflictProps) {
  const found = useQuery({
    queryKey: ['conflict', mine.kind, mine.identifier, mine.version],
    queryFn: () => lookAtBoth(mine),
    gcTime: 0,
    staleTime: 0,
  });
  if (found.error) return <ErrorNote error={found.error} />;
  if (!found.data) return null;
  const { theirs, base, last } = found.data;
  const merged = mergeDocuments(base, bodyOf(mine), bodyOf(theirs));
  return (
    <Alert color="yellow" role="alert" title="Somebody else has changed this in the meantime">
      <div className="stack tight">
        {last && (
          <p>
            {last.author} saved version {last.version} <Time at={last.at} />
            {last.reason !== null && `: ${last.reason}`}
          </p>
        )}
        <h3>What they changed</h3>
        <Changes before={base} after={bodyOf(theirs)} />
        <h3>What you changed</h3>
        <Changes before={base} after={withoutNewSecrets(mine, theirs)} />
        {merged.clashes.length > 0 && (
          <p className="small">
            Both of you changed <code>{merged.clashes.join(', ')}</code>: one of the two is lost.
          </p>
        )}
        <div className="actions">
          {merged.clashes.length === 0 && (
            <Button
              loading={isBusy}
              onClick={() => onSave({ ...(merged.value as Doc<unknown>), version: theirs.version })}
            >
              Save both
            </Button>
          )}
          <Button variant="default" onClick={() => location.reload()}>
            Take theirs
          </Button>
          <Button variant="default" loading={isBusy} onClick={() => onSave({ ...mine, version: theirs.version })}>
            Save mine over it
          </Button>
        </div>
      </div>
    </Alert>
  );
}

interface Both {
  readonly theirs: Doc<unknown>;
  /** What both started from. */
  readonly base: unknown;
  readonly last: Version | undefined;
}

async function lookAtBoth({ kind, identifier, version = 0 }: Doc<unknown>): Promise<Both> {
  const path = documentPath(kind, identifier);
  const theirs = await readDocument<unknown>(kind, identifier);
  const { items } = await api<Page<Version>>('GET', `${path}/versions?limit=1`);
  const old = version === 0 ? undefined : await api<{ document: Doc }>('GET', `${path}/versions/${version}`);
  return { theirs, base: old === undefined ? {} : bodyOf(old.document), last: items[0] };
}

function bodyOf(document: Doc<unknown>): object {
  return without(document, 'version');
}

/** What is secret in a client is never answered, so what nobody else can see in its parameters is not shown here either. */
function withoutNewSecrets(mine: Doc<unknown>, theirs: Doc<unknown>): object {
  if (mine.kind !== 'client') return bodyOf(mine);
  const [own, known] = [mine.spec as ClientSpec, theirs.spec as ClientSpec];
  const shown = Object.entries(own.parameters).map(([name, value]) => [
    name,
    Object.hasOwn(known.parameters, name) ? value : '(a new value)',
  ]);
  return { ...bodyOf(mine), spec: { ...own, parameters: Object.fromEntries(shown) as ClientSpec['parameters'] } };
}
