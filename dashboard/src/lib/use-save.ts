import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { saveDocument } from '../queries.ts';
import type { Doc } from '../types.ts';

/** A document that is being saved. */
export interface Save {
  readonly isPending: boolean;
  readonly error: unknown;
  /** What was last tried. */
  readonly variables: Doc<unknown> | undefined;
  readonly mutate: (document: Doc<unknown>) => void;
  /** Why; kept with the version. */
  readonly reason: string;
  readonly setReason: (reason: string) => void;
}

/** Saves a document and goes on where the caller says. */
export function useSave(onSaved: (document: Doc) => void): Save {
  const [reason, setReason] = useState('');
  const { isPending, error, variables, mutate } = useMutation({
    mutationFn: (document: Doc<unknown>) => saveDocument(document, reason),
    onSuccess: onSaved,
  });
  return { isPending, error, variables, mutate, reason, setReason };
}
