import { Button, Group, Menu, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { count, plural } from '../../lib/format.ts';
import { duration } from '../../lib/time.ts';
import type { Task } from '../../types.ts';
import { TaskTable } from './task-table.tsx';

interface Preview {
  readonly count: number;
  readonly isCapped: boolean;
  readonly sample: readonly Task[];
  readonly perSecond: number | null;
  readonly seconds: number | null;
}

interface BulkActionsProps {
  readonly filter: Readonly<Record<string, string | undefined>>;
}

type Action = 'retry' | 'skip';
const VERBS = { retry: 'Retry', skip: 'Skip' } as const;
/** States from which each is possible, as the server says too. */
const POSSIBLE = { retry: ['failed', 'waiting', 'skipped'], skip: ['new', 'retrying', 'waiting', 'failed'] };

/** Acts on all tasks that match: shows how many and five of them, takes a name, and leads to the progress. */
export function BulkActions({ filter }: BulkActionsProps) {
  const navigate = useNavigate();
  const [action, setAction] = useState<Action>();
  const [name, setName] = useState('');
  const bodyFor = (chosen: Action): object => ({ action: chosen, filter: filterFor(chosen, filter) });
  const preview = useMutation({
    mutationFn: (chosen: Action) => api<Preview>('POST', '/tasks/bulk/preview', bodyFor(chosen)),
  });
  const start = useMutation({
    mutationFn: (chosen: Action) => api('POST', '/bulk-actions', { ...bodyFor(chosen), name }),
    onSuccess: () => void navigate({ to: '/bulk-actions' }),
  });
  const open = (chosen: Action): void => {
    start.reset();
    setName(
      `${VERBS[chosen]} ${filterFor(chosen, filter).state} tasks${filter['route'] ? ` of ${filter['route']}` : ''}`,
    );
    setAction(chosen);
    preview.mutate(chosen);
  };
  return (
    <>
      {/* Gone at once: a dialog hides what is behind it, and a menu that fades there is one without items. */}
      <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <Button variant="default">Act on many</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => open('retry')}>Retry all that match and are at rest</Menu.Item>
          <Menu.Item onClick={() => open('skip')}>Skip all that match</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => void navigate({ to: '/bulk-actions' })}>Actions so far</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={action !== undefined}
        onClose={() => setAction(undefined)}
        title={action === undefined ? '' : `${VERBS[action]} many tasks`}
        size="lg"
        centered
      >
        <div className="stack">
          <ErrorNote error={preview.error ?? start.error} />
          {preview.data && (
            <>
              <p>
                <b>{count(preview.data.count)}</b>
                {preview.data.isCapped && ' or more'} {preview.data.count === 1 ? 'task matches' : 'tasks match'}
                {preview.data.seconds !== null &&
                  `; at the rate of late that takes ${duration(preview.data.seconds * 1000)}`}
                .
              </p>
              {preview.data.sample.length > 0 && <TaskTable tasks={preview.data.sample} />}
              <TextInput
                label="Name"
                description="By which others find it"
                maxLength={200}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAction(undefined)}>
              Cancel
            </Button>
            <Button
              loading={start.isPending || preview.isPending}
              disabled={(preview.data?.count ?? 0) === 0 || name.trim() === ''}
              onClick={() => action && start.mutate(action)}
            >
              {action && preview.data ? `${VERBS[action]} ${plural(preview.data.count, 'task')}` : 'Counting…'}
            </Button>
          </Group>
        </div>
      </Modal>
    </>
  );
}

/** What is looked at, and of that what the action is possible for; failed ones where nothing is said. */
function filterFor(
  action: Action,
  filter: BulkActionsProps['filter'],
): Readonly<Record<string, string>> & { state: string } {
  const wanted = (filter['state'] ?? 'failed').split(',').filter((state) => POSSIBLE[action].includes(state));
  const rest = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(rest), state: wanted.length === 0 ? 'failed' : wanted.join(',') };
}
