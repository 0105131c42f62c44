import type { Api } from '../api.ts';

/** What `sluice webhook` is told. */
export interface WebhookOptions {
  readonly url?: string | undefined;
  readonly event: readonly string[];
}

interface SetUp {
  readonly url: string;
  readonly webhook: string;
  readonly action: string;
  readonly isNew: boolean;
  readonly others: readonly string[];
  readonly events: readonly { readonly event: string; readonly title: string; readonly action: string }[];
}

/** `sluice webhook <incoming>`: tells the system to send its events, and prints what was done there. */
export async function setUpWebhook(api: Api, incoming: string, { url, event }: WebhookOptions): Promise<string[]> {
  const done = await api.request<SetUp>('POST', `/incomings/${encodeURIComponent(incoming)}/webhook/setup`, {
    ...(url !== undefined && { url }),
    ...(event.length > 0 && { events: event }),
  });
  return [
    `${done.action} webhook ${done.webhook} to ${done.url}`,
    ...done.events.map((each) => `${each.action} event ${each.event}: ${each.title}`),
    ...done.others.map(
      (url) => `The system has one of this name to ${url} as well: remove it there if nothing answers there`,
    ),
    ...(done.isNew ? [`The incoming "${incoming}" takes deliveries from now on.`] : []),
  ];
}
