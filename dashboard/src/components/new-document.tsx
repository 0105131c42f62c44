import { Button, Group, Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { documentLink } from '../lib/links.ts';
import { useSave } from '../lib/use-save.ts';
import type { Kind } from '../types.ts';
import { ErrorNote } from './error-note.tsx';
import { AddIcon } from './icons.tsx';
import { IdentityFields } from './identity-fields.tsx';

interface NewDocumentProps {
  readonly kind: Kind;
  readonly word: string;
  readonly example: string;
  readonly spec: object;
}

/** A button that asks for a name, makes the document, and opens it. */
export function NewDocument({ kind, word, example, spec }: NewDocumentProps) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [identity, setIdentity] = useState({ identifier: '', name: '' });
  const save = useSave((saved) => void navigate(documentLink(kind, saved.identifier)));
  const { identifier, name } = identity;
  const close = (): void => setOpen(false);
  return (
    <>
      <Button leftSection={<AddIcon size={16} />} onClick={() => setOpen(true)}>
        New {word}
      </Button>
      <Modal opened={isOpen} onClose={close} title={`New ${word}`} size="lg" centered>
        <div className="stack">
          <IdentityFields value={identity} onChange={setIdentity} isNew example={example} />
          <ErrorNote error={save.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button
              loading={save.isPending}
              disabled={identifier === ''}
              onClick={() => save.mutate({ kind, identifier, version: 0, ...(name !== '' && { name }), spec })}
            >
              Create
            </Button>
          </Group>
        </div>
      </Modal>
    </>
  );
}
