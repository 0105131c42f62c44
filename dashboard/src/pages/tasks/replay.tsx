import { Button, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { Changes } from '../../components/changes.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { JsonEditor } from '../../components/json-editor.tsx';
import { parseJson } from '../../lib/format.ts';
import type { Task, TaskStory } from '../../types.ts';

/** Edits the record of a task and sends it again; what was changed is shown before it goes. */
export function Replay({ task, onClose }: { readonly task: TaskStory; readonly onClose: () => void }) {
  const [text, setText] = useState(JSON.stringify(task.record ?? {}, null, 2));
  const record = parseJson(text);
  const isRecord = typeof record === 'object' && record !== null && !Array.isArray(record);
  const replay = useMutation({
    mutationFn: () => api<Task>('POST', `/tasks/${task.id}/replay`, { record }),
    onSuccess: () => {
      notifications.show({ message: 'The edited record is on its way', color: 'teal' });
      void queryClient.invalidateQueries();
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Edit and replay record ${task.key}`} size="xl" centered>
      <div className="stack">
        <p className="muted small">
          {task.stage === 'ready'
            ? 'This is the record as it is sent to the target: it is published as you leave it here.'
            : 'This is the record as the source sent it: it goes through all steps again.'}
        </p>
        <JsonEditor label="Record" value={text} onChange={setText} />
        <div>
          <h3>What you changed</h3>
          {isRecord ? (
            <Changes before={task.record ?? {}} after={record} />
          ) : (
            <p className="bad-text small">This is not a JSON object yet</p>
          )}
        </div>
        <ErrorNote error={replay.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={replay.isPending} disabled={!isRecord} onClick={() => replay.mutate()}>
            Replay
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
