import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorNote } from './error-note.tsx';

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}

/** Shows what a query answered: grey lines until it is there, its error when it fails. */
export function QueryView<T>({ query, lines = 4, children }: QueryViewProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorNote error={query.error} />;
  return <Waiting lines={lines} />;
}

/** Grey lines where something is being read. */
export function Waiting({ lines }: { readonly lines: number }) {
  return (
    <div className="stack" aria-busy="true">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={18} width={`${90 - index * 12}%`} />
      ))}
    </div>
  );
}
