import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import { hrefOf } from '../lib/hrefs.ts';
import { navigate } from '../lib/router.tsx';
import { useSave } from '../lib/use-save.ts';
import type { Kind } from '../types.ts';
import { ErrorNote } from './error-note.tsx';
import { IdentityFields } from './identity-fields.tsx';

interface NewDocumentProps {
  readonly kind: Kind;
  readonly word: string;
  readonly example: string;
  readonly spec: object;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Asks for a name, makes the document, and opens it. */
export function NewDocument({ kind, word, example, spec, isOpen, onClose }: NewDocumentProps) {
  const [identity, setIdentity] = useState({ identifier: '', name: '' });
  const save = useSave(({ identifier }) => navigate(hrefOf(kind, identifier)));
  const { identifier, name } = identity;
  return (
    <Modal opened={isOpen} onClose={onClose} title={`New ${word}`} size="lg" centered>
      <div className="stack">
        <IdentityFields value={identity} onChange={setIdentity} isNew example={example} />
        <ErrorNote error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
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
  );
}
