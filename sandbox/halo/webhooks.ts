import { randomUUID } from 'node:crypto';
import { isRecord, textOf, type HaloRecord } from './record.ts';
import type { SandboxStore } from './store.ts';

/** Events of tickets by the numbers that notifications use. */
export const TICKET_EVENTS = {
  created: [3, 'new ticket'],
  updated: [19, 'ticket updated by user'],
  closed: [39, 'ticket closed'],
  statusChanged: [76, 'ticket status changed'],
} as const;

/** A delivery as it was sent; status 0 where nobody answered. */
export interface SentDelivery {
  readonly url: string;
  readonly body: HaloRecord;
  readonly status: number;
}

/** Longest that an answer is waited for. */
const ANSWER_MS = 10_000;

/** Sends what happens to the webhooks whose notifications ask for it, one after the other. */
export class WebhookSender {
  readonly sent: SentDelivery[] = [];
  private readonly store: SandboxStore;
  private last: Promise<void> = Promise.resolve();

  constructor(store: SandboxStore) {
    this.store = store;
  }

  /** Something happened to a ticket. */
  happened(event: keyof typeof TICKET_EVENTS, ticket: HaloRecord): void {
    const [number, name] = TICKET_EVENTS[event];
    const asked = this.store.rows('notification').filter((each) => Number(each.eventno) === number);
    for (const notification of asked) {
      const webhook = this.store.get('webhook', textOf(notification.webhook_id));
      if (webhook?.active !== true) continue;
      const body = deliveryOf(webhook, notification, name, ticket);
      this.last = this.last.then(() => this.send(webhook, body));
    }
  }

  /** Sends a delivery once more, as people can from the log of Halo. */
  async sendAgain(delivery: SentDelivery): Promise<void> {
    const webhook = this.store.rows('webhook').find(({ url }) => url === delivery.url);
    if (webhook) await this.send(webhook, delivery.body);
  }

  /** When everything that happened so far was sent. */
  settled(): Promise<void> {
    return this.last;
  }

  private async send(webhook: HaloRecord, body: HaloRecord): Promise<void> {
    const url = textOf(webhook.url);
    const credentials = `${textOf(webhook.basic_username)}:${textOf(webhook.basic_password)}`;
    const headers = {
      'content-type': 'application/json',
      ...(Number(webhook.authentication_type) === 1 && {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      }),
    };
    let status = 0;
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
      await answer.arrayBuffer();
      status = answer.status;
    } catch {
      // Nobody there: whether Halo sends again by itself is not known, so this one does not.
    }
    this.sent.push({ url, body, status });
  }
}

function deliveryOf(webhook: HaloRecord, notification: HaloRecord, event: string, ticket: HaloRecord): HaloRecord {
  const { customfields, ...small } = ticket;
  return {
    id: randomUUID(),
    webhook_id: webhook.id ?? '',
    notification_id: notification.id ?? 0,
    escmsg_id: 1,
    event,
    message: '',
    object_id: ticket.id ?? 0,
    agent_id: 1,
    timestamp: `${new Date().toISOString().slice(0, 19)}Z`,
    ticket: Array.isArray(customfields) && customfields.some(isRecord) ? { ...small, customfields } : small,
  };
}
