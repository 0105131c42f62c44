import { BEHIND_CAUSE } from '../../core/error-cause.ts';
import type { Workspace } from '../workspace.ts';
import { nextTick } from '../schedule.ts';
import type { Notification } from './compile.ts';
import type { NoticeEvent, Sender } from './message.ts';
import type { KnownIncident, Notice, NotificationStore } from './store.ts';

/** What an event concerns; '' and nothing where it has no such part. */
interface Concern {
  readonly routes: readonly string[];
  readonly incomings: readonly string[];
  readonly clients: readonly string[];
}

/** What is looked at. */
interface Scene {
  readonly notification: Notification;
  readonly workspace: Workspace;
  readonly store: NotificationStore;
  readonly sender: Sender;
  /** When the notification became known, and from when on events are looked for. */
  readonly firstAt: number;
  readonly sinceAt: number;
  readonly now: number;
}

interface Found extends Omit<NoticeEvent, 'at' | 'url'> {
  readonly key: string;
  readonly at: number;
  /** Path in the dashboard. */
  readonly page: string;
  /** Undefined concerns everything. */
  readonly concern: Concern | undefined;
}

/** Runs in a row that have to be missing before a route counts as silent. */
const MISSING_RUNS = 3;
/** A run that is a little late is none that is missing. */
const LATE_MS = 120_000;

/** What has happened that a notification tells, under keys that stay the same however often it is found. */
export async function findNotices(scene: Scene): Promise<Notice[]> {
  const { notification, sender } = scene;
  const wants = (event: NoticeEvent['event']): boolean => notification.events.has(event);
  const found = [
    ...(wants('run-failed') ? await failedRuns(scene) : []),
    ...(wants('tasks-failed') ? await manyFailures(scene) : []),
    ...(wants('new-error') ? await newErrors(scene) : []),
    ...((['incident-opened', 'incident-closed', 'disk-low'] as const).some(wants) ? await incidents(scene) : []),
    ...(wants('route-silent') ? await silentRoutes(scene) : []),
  ];
  return found
    .filter((each) => wants(each.event) && isWanted(notification.only, each.concern))
    .map(({ key, at, page, event, title, text, subject }) => {
      const url = `${sender.publicUrl}${page}`;
      const told: NoticeEvent = { event, title, text, subject, at: new Date(at).toISOString(), url };
      return { key, at, body: JSON.stringify(told) };
    });
}

function isWanted(only: Notification['only'], concern: Concern | undefined): boolean {
  const { routes, incomings, clients } = only;
  if (!concern || routes.length + incomings.length + clients.length === 0) return true;
  return (
    routes.some((each) => concern.routes.includes(each)) ||
    incomings.some((each) => concern.incomings.includes(each)) ||
    clients.some((each) => concern.clients.includes(each))
  );
}

async function failedRuns({ store, workspace, sinceAt }: Scene): Promise<Found[]> {
  return (await store.failedRuns(sinceAt)).map(({ id, incoming, error, finishedAt }) => ({
    event: 'run-failed',
    key: `run/${id}`,
    title: `A run of "${incoming}" failed`,
    text: messageOf(error),
    subject: `incoming/${incoming}`,
    at: finishedAt,
    page: `/runs/${id}`,
    concern: concernOfIncoming(workspace, incoming),
  }));
}

async function manyFailures({ store, workspace, notification, now }: Scene): Promise<Found[]> {
  const { count: least, withinMs } = notification.failures;
  const found: Found[] = [];
  for (const { route, count } of await store.failures(now - withinMs)) {
    if (count < least) continue;
    const prefix = `failures/${route}/`;
    const last = await store.lastNoticed(notification.id, prefix);
    if (last !== undefined && last > now - withinMs) continue;
    found.push({
      event: 'tasks-failed',
      key: `${prefix}${now}`,
      title: `${count} records of the route "${route}" failed`,
      text: `In the last ${lengthOf(withinMs)}. Their causes stand on the page of errors.`,
      subject: `route/${route}`,
      at: now,
      page: `/errors?route=${encodeURIComponent(route)}`,
      concern: concernOfRoute(workspace, route),
    });
  }
  return found;
}

async function newErrors({ store, workspace, sinceAt }: Scene): Promise<Found[]> {
  const causes = (await store.newCauses(sinceAt)).filter(({ id }) => id !== BEHIND_CAUSE);
  return causes.map(({ id, message, route, target, firstAt, resolvedAt }) => {
    const place = route === null ? `client "${target ?? '?'}"` : `route "${route}"`;
    const own = route === null ? NO_CONCERN : concernOfRoute(workspace, route);
    return {
      event: 'new-error',
      key: `error/${id}/${resolvedAt}`,
      title:
        resolvedAt === 0 ? `Records fail for a new cause (${place})` : `A cause came back that was mended (${place})`,
      text: message,
      subject: route === null ? `client/${target ?? ''}` : `route/${route}`,
      at: Math.max(firstAt, resolvedAt),
      page: '/errors',
      concern: target === null ? own : join(own, concernOfClient(workspace, target)),
    };
  });
}

async function incidents(scene: Scene): Promise<Found[]> {
  return (await scene.store.incidents(scene.sinceAt)).flatMap((incident) => {
    const isOver = incident.endedAt !== null;
    const began = isOver && incident.startedAt <= scene.sinceAt ? [] : [openedIncident(scene, incident)];
    return isOver ? [...began, closedIncident(scene, incident, incident.endedAt)] : began;
  });
}

function openedIncident(scene: Scene, incident: KnownIncident): Found {
  const { id, subject, message, startedAt, endedAt } = incident;
  const { suffix, at, still } = repeated(scene, startedAt, endedAt ?? scene.now);
  const isFull = isDisk(subject);
  const title = isFull ? 'The disk is nearly full' : `${named(subject)} cannot be used`;
  return {
    event: isFull ? 'disk-low' : 'incident-opened',
    key: `incident/${id}/opened${suffix}`,
    title: still ? `Still: ${title}` : title,
    text: message,
    subject,
    at,
    page: pageOf(subject),
    concern: isFull ? undefined : concernOfSubject(scene.workspace, subject),
  };
}

function closedIncident({ workspace }: Scene, { id, subject, note }: KnownIncident, endedAt: number): Found {
  return {
    event: 'incident-closed',
    key: `incident/${id}/closed`,
    title: isDisk(subject) ? 'There is space on the disk again' : `${named(subject)} works again`,
    text: note ?? '',
    subject,
    at: endedAt,
    page: pageOf(subject),
    concern: isDisk(subject) ? undefined : concernOfSubject(workspace, subject),
  };
}

/** Disks are told apart by the names of their machines. */
function isDisk(subject: string): boolean {
  return subject === 'disk' || subject.startsWith('disk/');
}

async function silentRoutes(scene: Scene): Promise<Found[]> {
  const { workspace, store, now, firstAt } = scene;
  const found: Found[] = [];
  for (const route of workspace.routes.values()) {
    const incoming = workspace.incomings.get(route.incoming);
    if (!incoming || route.disabled || incoming.disabled) continue;
    const last = (await store.lastReading(incoming.id)) ?? firstAt;
    const silentAt = silentFrom(scene, incoming.schedule, last);
    if (silentAt === undefined || now < silentAt) continue;
    const { suffix, at, still } = repeated(scene, silentAt, now);
    const title = `The route "${route.id}" is silent`;
    found.push({
      event: 'route-silent',
      key: `silent/${route.id}/${last}${suffix}`,
      title: still ? `Still: ${title}` : title,
      text: `Nothing was read by "${incoming.id}" since ${new Date(last).toISOString()}.`,
      subject: `route/${route.id}`,
      at,
      page: `/routes/${encodeURIComponent(route.id)}`,
      concern: concernOfRoute(workspace, route.id),
    });
  }
  return found;
}

type Schedule = Parameters<typeof nextTick>[0];

function silentFrom({ notification }: Scene, schedule: Schedule | undefined, last: number): number | undefined {
  if (notification.silentMs !== undefined) return last + notification.silentMs;
  if (!schedule) return undefined;
  let tick: number | undefined = last;
  for (let run = 0; run < MISSING_RUNS && tick !== undefined; run += 1) tick = nextTick(schedule, tick);
  return tick === undefined ? undefined : tick + LATE_MS;
}

/** What lasts is told once, or again and again under a key with a number. */
function repeated({ notification }: Scene, from: number, to: number) {
  const { repeatMs } = notification;
  const times = repeatMs === undefined ? 0 : Math.floor(Math.max(0, to - from) / repeatMs);
  return { suffix: times === 0 ? '' : `/${times}`, at: from + times * (repeatMs ?? 0), still: times > 0 };
}

const NO_CONCERN: Concern = { routes: [], incomings: [], clients: [] };

function join(one: Concern, other: Concern): Concern {
  return {
    routes: [...one.routes, ...other.routes],
    incomings: [...one.incomings, ...other.incomings],
    clients: [...one.clients, ...other.clients],
  };
}

function concernOfIncoming({ routes, incomings }: Workspace, incoming: string): Concern {
  const client = incomings.get(incoming)?.client ?? '';
  const own = [...routes.values()].filter((route) => route.incoming === incoming).map(({ id }) => id);
  return { routes: own, incomings: [incoming], clients: client === '' ? [] : [client] };
}

function concernOfRoute(workspace: Workspace, id: string): Concern {
  const route = workspace.routes.get(id);
  if (!route) return { ...NO_CONCERN, routes: [id] };
  const source = concernOfIncoming(workspace, route.incoming);
  const target = workspace.outgoings.get(route.outgoing)?.target.client ?? '';
  return { ...source, routes: [id], clients: [...source.clients, ...(target === '' ? [] : [target])] };
}

function concernOfClient({ routes, incomings, outgoings }: Workspace, client: string): Concern {
  const reading = [...incomings.values()].filter((each) => each.client === client).map(({ id }) => id);
  const writing = [...outgoings.values()].filter(({ target }) => target.client === client).map(({ id }) => id);
  const own = [...routes.values()].filter((each) => reading.includes(each.incoming) || writing.includes(each.outgoing));
  return { routes: own.map(({ id }) => id), incomings: reading, clients: [client] };
}

function concernOfSubject(workspace: Workspace, subject: string): Concern {
  const [kind, id = ''] = subject.split('/');
  if (kind === 'client') return concernOfClient(workspace, id);
  const client = workspace.outgoings.get(id)?.target.client ?? '';
  const routes = [...workspace.routes.values()].filter(({ outgoing }) => outgoing === id).map((route) => route.id);
  return { routes, incomings: [], clients: client === '' ? [] : [client] };
}

function named(subject: string): string {
  const [kind = '', id = ''] = subject.split('/');
  return `The ${kind} "${id}"`;
}

function pageOf(subject: string): string {
  const [kind, id = ''] = subject.split('/');
  if (kind === 'client') return `/clients/${encodeURIComponent(id)}`;
  return kind === 'outgoing' ? `/outgoings/${encodeURIComponent(id)}` : '/';
}

function messageOf(error: string | null): string {
  const report = error === null ? {} : (JSON.parse(error) as { readonly message?: unknown });
  return typeof report.message === 'string' ? report.message : 'It is not known why.';
}

function lengthOf(ms: number): string {
  if (ms % 3_600_000 === 0) return ms === 3_600_000 ? 'hour' : `${ms / 3_600_000} hours`;
  return ms % 60_000 === 0 ? `${ms / 60_000} minutes` : `${Math.round(ms / 1000)} seconds`;
}
