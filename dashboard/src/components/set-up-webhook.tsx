import { Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../api.ts';
import { useStatus } from '../queries.ts';

interface SetUp {
  readonly action: string;
  readonly url: string;
  readonly events: readonly { readonly title: string }[];
  readonly others: readonly string[];
}

/**
 * Tells the system of an incoming to send its events here; pressed again it changes nothing.
 *
 * The system may reach this server elsewhere than the browser does, so the address can be changed.
 */
export function SetUpWebhook({ incoming }: { readonly incoming: string }) {
  const known = useStatus().data?.publicUrl ?? window.location.origin;
  const [typed, setTyped] = useState<string>();
  const url = typed ?? known;
  const setUp = useMutation({
    mutationFn: () => api<SetUp>('POST', `/incomings/${encodeURIComponent(incoming)}/webhook/setup`, { url }),
    onSuccess: ({ action, url: sentTo, events, others }) => {
      void queryClient.invalidateQueries();
      const titles = events.map(({ title }) => title).join(', ');
      const too = others.length === 0 ? '' : `. The system has one to ${others.join(', ')} as well: remove it there`;
      notifications.show({ message: `Webhook ${action}: ${titles} are sent to ${sentTo}${too}`, color: 'teal' });
    },
    onError: (error) => notifications.show({ message: error.message, color: 'red' }),
  });
  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        size="xs"
        label="Where the system reaches this server"
        value={url}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button variant="default" size="xs" loading={setUp.isPending} onClick={() => setUp.mutate()}>
        Set up webhook
      </Button>
    </Group>
  );
}
