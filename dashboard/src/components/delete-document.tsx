import { useNavigate } from '@tanstack/react-router';
import { listLink } from '../lib/links.ts';
import { deleteDocument } from '../queries.ts';
import type { Kind } from '../types.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { DeleteIcon } from './icons.tsx';

/** Deletes a document after asking, and goes to the list. */
export function DeleteDocument({ kind, identifier }: { readonly kind: Kind; readonly identifier: string }) {
  const navigate = useNavigate();
  return (
    <ConfirmButton
      variant="default"
      leftSection={<DeleteIcon size={16} />}
      question={`Delete ${identifier}?`}
      explanation="The document is gone; its versions stay. While another document refers to it, the server refuses."
      confirm="Delete"
      action={async () => {
        await deleteDocument(kind, identifier);
        await navigate(listLink(kind));
      }}
    >
      Delete
    </ConfirmButton>
  );
}
