import { useMutation } from '@tanstack/react-query';
import { saveDocument } from '../queries.ts';
import type { Doc } from '../types.ts';

/** Saves a document and goes on where the caller says. */
export function useSave(onSaved: (document: Doc) => void) {
  return useMutation({ mutationFn: (document: Doc<unknown>) => saveDocument(document), onSuccess: onSaved });
}
