import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { CheckIcon, EditIcon, RefreshIcon, SkipIcon } from '../../components/icons.tsx';
import type { Task, TaskStory } from '../../types.ts';
import { Replay } from './replay.tsx';

type Action = 'retry' | 'skip' | 'resolve';
const DONE: Readonly<Record<Action, string>> = {
  retry: 'Back to work',
  skip: 'Set aside',
  resolve: 'Marked as arrived',
};
const CAN_RETRY = new Set(['failed', 'waiting', 'skipped']);
const CAN_SKIP = new Set(['new', 'retrying', 'waiting', 'failed']);

/** What a person may do with a task in its state. */
export function TaskActions({ task }: { readonly task: TaskStory }) {
  const [isReplaying, setReplaying] = useState(false);
  const act = useMutation({
    mutationFn: (action: Action) => api<Task>('POST', `/tasks/${task.id}/${action}`),
    onSuccess: (_task, action) => {
      notifications.show({ message: DONE[action], color: 'teal' });
      void queryClient.invalidateQueries();
    },
    onError: (error) => notifications.show({ message: error.message, color: 'red' }),
  });
  const keep = useMutation({
    mutationFn: () => api<{ kind: string; identifier: string }>('POST', `/tasks/${task.id}/to-test`, {}),
    onSuccess: ({ kind, identifier }) => {
      notifications.show({ message: `The ${kind} ${identifier} has another saved test`, color: 'teal' });
      void queryClient.invalidateQueries();
    },
    onError: (error) => notifications.show({ message: error.message, color: 'red' }),
  });
  const button = (action: Action, label: string, Icon: typeof SkipIcon, isMain = false) => (
    <Button
      variant={isMain ? 'filled' : 'default'}
      leftSection={<Icon size={16} />}
      loading={act.isPending && act.variables === action}
      onClick={() => act.mutate(action)}
    >
      {label}
    </Button>
  );
  return (
    <>
      {task.record !== null && (
        <Button
          variant="default"
          title="Keeps the record, and what the steps make of it now, as a saved test"
          loading={keep.isPending}
          onClick={() => keep.mutate()}
        >
          Make a test
        </Button>
      )}
      {CAN_SKIP.has(task.state) && button('skip', 'Skip', SkipIcon)}
      {task.state === 'waiting' && button('resolve', 'It arrived', CheckIcon)}
      {CAN_RETRY.has(task.state) && (
        <>
          <Button variant="default" leftSection={<EditIcon size={16} />} onClick={() => setReplaying(true)}>
            Edit and replay
          </Button>
          {button('retry', 'Retry', RefreshIcon, true)}
        </>
      )}
      {isReplaying && <Replay task={task} onClose={() => setReplaying(false)} />}
    </>
  );
}
