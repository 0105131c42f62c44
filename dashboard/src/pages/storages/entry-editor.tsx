import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { JsonEditor } from '../../components/json-editor.tsx';
import { parseJson } from '../../lib/format.ts';

export interface StorageEntry {
  readonly key: string;
  readonly value: unknown;
  readonly updatedAt: string | null;
}

interface EntryEditorProps {
  readonly storage: string;
  readonly entry: StorageEntry;
  readonly onClose: () => void;
}

/** Writes or deletes one entry of a storage. */
export function EntryEditor({ storage, entry, onClose }: EntryEditorProps) {
  const [key, setKey] = useState(entry.key);
  const [text, setText] = useState(JSON.stringify(entry.value, null, 2));
  const value = parseJson(text);
  const isNew = entry.key === '';
  const path = `/storages/${encodeURIComponent(storage)}/entries/${encodeURIComponent(key)}`;
  const send = useMutation({
    mutationFn: (method: 'PUT' | 'DELETE') => api(method, path, method === 'PUT' ? { value } : undefined),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={isNew ? 'New entry' : `Entry ${entry.key}`} size="lg" centered>
      <div className="stack">
        <TextInput
          label="Key"
          withAsterisk
          disabled={!isNew}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <div>
          <div className="label">Value, as JSON</div>
          <JsonEditor label="Value" value={text} onChange={setText} />
        </div>
        <ErrorNote error={send.error} />
        <Group justify="space-between">
          <Button variant="subtle" color="red" disabled={isNew} onClick={() => send.mutate('DELETE')}>
            Delete
          </Button>
          <Button
            loading={send.isPending}
            disabled={key === '' || value === undefined}
            onClick={() => send.mutate('PUT')}
          >
            Save
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
