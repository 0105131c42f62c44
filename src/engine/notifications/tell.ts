import { toErrorReport } from '../../core/errors.ts';
import type { Transport } from '../../http/transport.ts';
import type { Configuration } from '../configuration.ts';
import type { Log } from '../deps.ts';
import type { Workspace } from '../workspace.ts';
import type { Notification } from './compile.ts';
import { findNotices } from './events.ts';
import { type Message, type NoticeEvent, type Sender, testMessage, toMessage } from './message.ts';
import type { NotificationStore, SentMessage } from './store.ts';

export interface TellDeps {
  readonly store: NotificationStore;
  readonly configuration: Pick<Configuration, 'current'>;
  readonly transport: Pick<Transport, 'send'>;
  readonly sender: Sender;
  readonly log: Log;
  readonly now: () => number;
}

/** Longer than a call may take. */
const HELD_MS = 120_000;
/** A transaction that began earlier may become visible later than this pass. */
const OVERLAP_MS = 120_000;
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 3_600_000;
const READ_AT_ONCE = 100;
/** So much of an answer that refuses stands in the log of messages. */
const SHOWN_ANSWER = 300;

/**
 * Looks for what happened and tells what is due, for every notification, once.
 *
 * Events are kept under keys before they are told, and marked as told after the call was accepted: each is told at
 * least once, and twice only when a process dies between the call and the mark. Any number of processes may do this.
 */
export async function tellNews(deps: TellDeps, signal: AbortSignal): Promise<void> {
  const workspace = await deps.configuration.current();
  const active = [...workspace.notifications.values()].filter(({ disabled }) => !disabled);
  const broken = workspace.problems.filter(({ kind }) => kind === 'notification');
  await deps.store.keepOnly([...active.map(({ id }) => id), ...broken.map(({ identifier }) => identifier)]);
  for (const notification of active) {
    if (signal.aborted) return;
    await tellOne(notification, workspace, deps, signal);
  }
}

async function tellOne(
  notification: Notification,
  workspace: Workspace,
  deps: TellDeps,
  signal: AbortSignal,
): Promise<void> {
  const { store, now, sender } = deps;
  const startedAt = now();
  const state = await store.hold(notification.id, HELD_MS);
  if (!state) return;
  try {
    const { firstAt, sinceAt } = state;
    const scene = { notification, workspace, store, sender, firstAt, sinceAt, now: startedAt };
    await store.add(notification.id, await findNotices(scene));
    if (startedAt < Math.max(state.nextAt, state.sentAt + notification.digestMs)) return;
    await sendWaiting(notification, state.tries, deps, signal);
  } finally {
    await store.release(notification.id, startedAt - OVERLAP_MS);
  }
}

async function sendWaiting(
  notification: Notification,
  tries: number,
  deps: TellDeps,
  signal: AbortSignal,
): Promise<void> {
  const { store, now, sender, log } = deps;
  const { bodies, count, upTo } = await store.waiting(notification.id, READ_AT_ONCE);
  if (count === 0) return;
  const events = bodies.map((body) => JSON.parse(body) as NoticeEvent);
  const message = toMessage(notification.id, events, count, sender);
  const sent = await send(notification, message, deps, signal);
  const status = sent.error === null ? 'sent' : 'failed';
  const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries, 10));
  await store.note(notification.id, { ...sent, status }, { upTo, nextAt: now() + waitMs });
  if (sent.error !== null) {
    log.warn({ notification: notification.id, tries: tries + 1 }, `A notification could not be sent: ${sent.error}`);
  }
}

/** Sends a message that says it is a test, and notes it. */
export async function tellTest(
  notification: Notification,
  deps: Omit<TellDeps, 'configuration'>,
  signal: AbortSignal,
): Promise<Omit<SentMessage, 'id'>> {
  const sent = await send(notification, testMessage(notification.id, deps.sender, deps.now()), deps, signal);
  const noted = { ...sent, status: sent.error === null ? ('test' as const) : ('test-failed' as const) };
  await deps.store.note(notification.id, noted, { upTo: 0, nextAt: 0 });
  return noted;
}

async function send(
  notification: Notification,
  message: Message,
  { transport, now }: Pick<TellDeps, 'transport' | 'now'>,
  signal: AbortSignal,
): Promise<Omit<SentMessage, 'id' | 'status'>> {
  const at = now();
  const facts = { at, count: message.count, title: message.title };
  try {
    const { status, text, durationMs } = await transport.send(notification.requestFor(message), signal);
    const isRefused = status >= 400;
    return {
      ...facts,
      httpStatus: status,
      durationMs: Math.round(durationMs),
      error: isRefused
        ? notification.hide(`${notification.host} answered ${status}: ${text.slice(0, SHOWN_ANSWER)}`)
        : null,
    };
  } catch (error) {
    const { code, message: reason } = toErrorReport(error);
    return {
      ...facts,
      httpStatus: null,
      durationMs: Math.max(0, now() - at),
      error: notification.hide(`${code}: ${reason}`),
    };
  }
}
