import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient } from '../api.ts';

interface SetUp {
  readonly action: string;
  readonly url: string;
  readonly events: readonly { readonly title: string }[];
}

/** Tells the system of an incoming to send its events here; pressed again it changes nothing. */
export function SetUpWebhook({ incoming }: { readonly incoming: string }) {
  const setUp = useMutation({
    mutationFn: () =>
      api<SetUp>('POST', `/incomings/${encodeURIComponent(incoming)}/webhook/setup`, { url: window.location.origin }),
    onSuccess: ({ action, url, events }) => {
      void queryClient.invalidateQueries();
      const titles = events.map(({ title }) => title).join(', ');
      notifications.show({ message: `Webhook ${action}: ${titles} are sent to ${url}`, color: 'teal' });
    },
    onError: (error) => notifications.show({ message: error.message, color: 'red' }),
  });
  return (
    <Button variant="default" size="xs" loading={setUp.isPending} onClick={() => setUp.mutate()}>
      Set up webhook
    </Button>
  );
}
