import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, queryClient } from '../api.ts';
import type { Run } from '../types.ts';
import { PlayIcon } from './icons.tsx';

/** Starts an incoming by hand: what changed, or everything. */
export function RunNow({ incoming }: { readonly incoming: string }) {
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: (mode: Run['mode']) => api<Run>('POST', `/incomings/${encodeURIComponent(incoming)}/runs`, { mode }),
    onSuccess: (run) => {
      void queryClient.invalidateQueries();
      notifications.show({
        message: `Run ${run.id} has started`,
        color: 'teal',
        onClick: () => void navigate({ to: '/runs/$id', params: { id: run.id } }),
      });
    },
    onError: (error) => notifications.show({ message: error.message, color: 'red' }),
  });
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button leftSection={<PlayIcon size={16} />} loading={start.isPending}>
          Run now
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => start.mutate('incremental')}>What changed since the last run</Menu.Item>
        <Menu.Item onClick={() => start.mutate('full')}>Everything, whatever is known</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
