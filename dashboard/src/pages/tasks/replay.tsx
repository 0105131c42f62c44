import { Button, Group, Modal, SegmentedControl, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { Changes } from '../../components/changes.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { JsonEditor } from '../../components/json-editor.tsx';
import { RecordFields } from '../../components/record-fields.tsx';
import { parseJson } from '../../lib/format.ts';
import type { DataRecord, Task, TaskStory } from '../../types.ts';
import { passSteps, useStarts } from './replay-starts.ts';

/** Edits the record of a task and sends it again, from the step that is chosen; what was changed is shown before it goes. */
export function Replay({ task, onClose }: { readonly task: TaskStory; readonly onClose: () => void }) {
  const starts = useStarts(task);
  const [start, setStart] = useState(0);
  const [view, setView] = useState('fields');
  const [text, setText] = useState(pretty(task.record));
  const record = parseJson(text);
  const isRecord = typeof record === 'object' && record !== null && !Array.isArray(record);
  const before = starts[start]?.record ?? task.record ?? {};
  const replay = useMutation({
    mutationFn: async () => {
      const rest = starts[start]?.rest;
      const body =
        start === 0 || !rest ? { record } : { record: await passSteps(rest, record as DataRecord), stage: 'ready' };
      return api<Task>('POST', `/tasks/${task.id}/replay`, body);
    },
    onSuccess: () => {
      notifications.show({ message: 'The edited record is on its way', color: 'teal' });
      void queryClient.invalidateQueries();
      onClose();
    },
  });
  const choose = (next: string | null): void => {
    const index = Number(next ?? 0);
    setStart(index);
    setText(pretty(starts[index]?.record ?? task.record));
  };
  return (
    <Modal opened onClose={onClose} title={`Edit and replay record ${task.key}`} size="xl" centered>
      <div className="stack">
        {starts.length > 1 && (
          <Select
            label="Begin"
            description="What is behind is not gone through again"
            allowDeselect={false}
            data={starts.map(({ label }, index) => ({ value: String(index), label }))}
            value={String(start)}
            onChange={choose}
          />
        )}
        <p className="muted small">
          {task.stage === 'ready' || starts[start]?.rest.length === 0
            ? 'This is the record as it is sent to the target: it is published as you leave it here.'
            : 'It goes through the steps that follow, as they are now.'}
        </p>
        <SegmentedControl
          className="start"
          size="xs"
          aria-label="How the record is changed"
          value={view}
          onChange={setView}
          data={[
            { value: 'fields', label: 'Fields' },
            { value: 'json', label: 'JSON' },
          ]}
        />
        {view === 'fields' && isRecord ? (
          <RecordFields
            key={start}
            record={record as DataRecord}
            onChange={(next) => setText(JSON.stringify(next, null, 2))}
          />
        ) : (
          <JsonEditor label="Record" value={text} onChange={setText} />
        )}
        <div>
          <h3>What you changed</h3>
          {isRecord ? (
            <Changes before={before} after={record} />
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

function pretty(record: DataRecord | null): string {
  return JSON.stringify(record ?? {}, null, 2);
}
