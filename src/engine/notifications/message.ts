import { EVENTS, type EventName } from './spec.ts';

/** One thing that happened, as it is told. */
export interface NoticeEvent {
  readonly event: EventName;
  readonly title: string;
  readonly text: string;
  /** What it is about: `incoming/tickets`, `route/…`, `client/…`, `outgoing/…` or `disk`. */
  readonly subject: string;
  /** When it happened, ISO 8601. */
  readonly at: string;
  /** Page of the dashboard where it is seen. */
  readonly url: string;
}

/** What one message says; bodies are made of it. */
export interface Message {
  readonly title: string;
  /** All of it as lines of plain text. */
  readonly text: string;
  /** How many things happened: more than `events`, where these were cut. */
  readonly count: number;
  /** Name of the environment; '' where it has none. */
  readonly environment: string;
  /** Home page of the dashboard. */
  readonly url: string;
  readonly notification: string;
  readonly isTest: boolean;
  readonly events: readonly NoticeEvent[];
}

/** Where messages come from. */
export interface Sender {
  readonly environment: string;
  /** Where browsers reach the dashboard, without a slash at the end. */
  readonly publicUrl: string;
}

/** Events that one message spells out. */
const SPELT_OUT = 20;
const LONGEST_TEXT = 500;

/** Makes one message of what happened, the earliest first. */
export function toMessage(
  notification: string,
  events: readonly NoticeEvent[],
  count: number,
  sender: Sender,
): Message {
  const shown = events.slice(0, SPELT_OUT);
  const more = count - shown.length;
  const lines = shown.map(({ title, text, url }) => `${title}: ${shorten(text)} ${url}`);
  return {
    title: titleOf(shown, count, sender),
    text: [...lines, ...(more > 0 ? [`and ${more} more: ${sender.publicUrl}/`] : [])].join('\n'),
    count,
    environment: sender.environment,
    url: `${sender.publicUrl}/`,
    notification,
    isTest: false,
    events: shown,
  };
}

/** A message that shows whether the channel works. */
export function testMessage(notification: string, sender: Sender, now: number): Message {
  const event: NoticeEvent = {
    event: 'run-failed',
    title: 'Test of a notification',
    text: 'Nothing is wrong: somebody pressed the button that sends this.',
    subject: 'incoming/example',
    at: new Date(now).toISOString(),
    url: `${sender.publicUrl}/notifications/${notification}`,
  };
  return { ...toMessage(notification, [event], 1, sender), isTest: true };
}

function titleOf([first, ...rest]: readonly NoticeEvent[], count: number, { environment }: Sender): string {
  const where = environment === '' ? 'Sluice' : `Sluice (${environment})`;
  if (!first) return where;
  if (count === 1) return `${where}: ${first.title}`;
  const isOneKind = rest.every(({ event }) => event === first.event);
  return isOneKind ? `${where}: ${count} times ${EVENTS[first.event]}` : `${where}: ${count} events`;
}

function shorten(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
