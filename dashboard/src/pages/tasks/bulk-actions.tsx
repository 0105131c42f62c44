import { Button, Group, Menu, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { count, plural } from '../../lib/format.ts';
import type { Task } from '../../types.ts';
import { TaskTable } from './task-table.tsx';

interface BulkAnswer {
  readonly matched: number;
  readonly changed: number;
  readonly hasMore: boolean;
  readonly sample: readonly Task[];
}

interface BulkActionsProps {
  readonly state: string | undefined;
  readonly route: string | undefined;
  readonly run: string | undefined;
  readonly onDone: () => void;
}

type Action = 'retry' | 'skip';
const VERBS = { retry: { title: 'Retry', past: 'back to work' }, skip: { title: 'Skip', past: 'set aside' } } as const;

/** Acts on all tasks that match, after showing how many that are and five of them. */
export function BulkActions({ state, route, run, onDone }: BulkActionsProps) {
  const [action, setAction] = useState<Action>();
  const single = state === undefined || state.includes(',') ? 'failed' : state;
  const send = (chosen: Action, dryRun: boolean): Promise<BulkAnswer> =>
    api('POST', `/tasks/${chosen}`, {
      filter: { state: single, ...(route && { route }), ...(run && { run }) },
      dryRun,
    });
  const preview = useMutation({ mutationFn: (chosen: Action) => send(chosen, true) });
  const apply = useMutation({
    mutationFn: (chosen: Action) => send(chosen, false),
    onSuccess: ({ changed, hasMore }, chosen) => {
      const more = hasMore ? '; there are more, do it again for the rest' : '';
      notifications.show({ message: `${plural(changed, 'task')} ${VERBS[chosen].past}${more}`, color: 'teal' });
      setAction(undefined);
      onDone();
    },
  });
  const open = (chosen: Action): void => {
    apply.reset();
    setAction(chosen);
    preview.mutate(chosen);
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">Act on many</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => open('retry')}>Retry all that are {single}</Menu.Item>
          <Menu.Item onClick={() => open('skip')}>Skip all that are {single}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={action !== undefined}
        onClose={() => setAction(undefined)}
        title={action === undefined ? '' : `${VERBS[action].title} many tasks`}
        size="lg"
        centered
      >
        <div className="stack">
          <ErrorNote error={preview.error ?? apply.error} />
          {preview.data && (
            <>
              <p>
                <b>{count(preview.data.matched)}</b>
                {preview.data.hasMore && ' of more'} {single}{' '}
                {preview.data.matched === 1 ? 'task matches' : 'tasks match'}
                {route !== undefined && ` on the route ${route}`}.
              </p>
              {preview.data.sample.length > 0 && <TaskTable tasks={preview.data.sample} />}
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAction(undefined)}>
              Cancel
            </Button>
            <Button
              loading={apply.isPending || preview.isPending}
              disabled={(preview.data?.matched ?? 0) === 0}
              onClick={() => action && apply.mutate(action)}
            >
              {action && preview.data ? `${VERBS[action].title} ${plural(preview.data.matched, 'task')}` : 'Counting…'}
            </Button>
          </Group>
        </div>
      </Modal>
    </>
  );
}
