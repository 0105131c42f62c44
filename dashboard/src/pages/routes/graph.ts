import type { Edge, Node } from '@xyflow/react';
import { count, plural } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import type { IncomingOverview, Kind, OutgoingOverview, RouteBacklog, RouteOverview } from '../../types.ts';
import { healthOf } from '../home/health.ts';

/** What a station shows. */
export interface FlowData extends Record<string, unknown> {
  readonly kind: Kind;
  readonly title: string;
  readonly text: string;
  readonly link: ReturnType<typeof documentLink>;
  readonly badge?: { readonly word: string; readonly tone: string };
  readonly hasInput: boolean;
  readonly hasOutput: boolean;
  readonly isNarrow?: boolean;
}
export type FlowNode = Node<FlowData, 'card'>;

export interface Graph {
  readonly nodes: FlowNode[];
  readonly edges: Edge[];
  readonly height: number;
}

const COLUMN = 256;
/** On a narrow screen the stations of a route stand below each other. */
const DOWN = 138;
const DOWN_ROW = 216;
const ROW = 124;
const LEAST_HEIGHT = 300;
const MOST_HEIGHT = 720;

interface Station {
  readonly id: string;
  readonly column: number;
  readonly data: FlowData;
}

/** Places stations in five columns; each stands beside the middle of what it is connected to. */
export function graphOf(
  routes: readonly RouteOverview[],
  incomings: readonly IncomingOverview[],
  outgoings: readonly OutgoingOverview[],
  backlog: readonly RouteBacklog[],
  isNarrow = false,
): Graph {
  const stations = new Map<string, Station>();
  const links: { from: string; to: string; label?: string; isLive: boolean }[] = [];
  const rows = new Map<string, number[]>();
  const put = (station: Station, row: number): void => {
    if (!stations.has(station.id)) stations.set(station.id, station);
    rows.set(station.id, [...(rows.get(station.id) ?? []), row]);
  };
  routes.forEach((route, row) => {
    const incoming = incomings.find(({ identifier }) => identifier === route.spec.incoming);
    const outgoing = outgoings.find(({ identifier }) => identifier === route.spec.outgoing);
    const counts = backlog.find((each) => each.route === route.identifier);
    const source = incoming?.spec.subscriber.client;
    const target = outgoing?.spec.publisher.client;
    const isLive = incoming?.state.lastRun?.status === 'running' || (counts?.open ?? 0) > 0;
    if (source !== undefined) put(clientStation(source, 0), row);
    put(incomingStation(route.spec.incoming, incoming), row);
    put(routeStation(route, incoming, counts), row);
    put(outgoingStation(route.spec.outgoing, outgoing), row);
    if (target !== undefined) put(clientStation(target, 4), row);
    if (source !== undefined) links.push({ from: `0 ${source}`, to: `1 ${route.spec.incoming}`, isLive });
    links.push({ from: `1 ${route.spec.incoming}`, to: `2 ${route.identifier}`, isLive });
    const label = (counts?.open ?? 0) > 0 ? `${count(counts?.open ?? 0)} on their way` : undefined;
    links.push({
      from: `2 ${route.identifier}`,
      to: `3 ${route.spec.outgoing}`,
      isLive,
      ...(label !== undefined && { label }),
    });
    if (target !== undefined) links.push({ from: `3 ${route.spec.outgoing}`, to: `4 ${target}`, isLive });
  });
  return {
    nodes: placed([...stations.values()], rows, isNarrow),
    edges: edgesOf(links),
    height: isNarrow ? DOWN * 5 + 30 : Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, routes.length * ROW + 140)),
  };
}

function placed(
  stations: readonly Station[],
  rows: ReadonlyMap<string, readonly number[]>,
  isNarrow: boolean,
): FlowNode[] {
  const lowest = new Map<number, number>();
  return stations.map(({ id, column, data }) => {
    const own = rows.get(id) ?? [0];
    const wanted = own.reduce((sum, row) => sum + row, 0) / own.length;
    const row = Math.max(wanted, (lowest.get(column) ?? -1) + 1);
    lowest.set(column, row);
    return {
      id,
      type: 'card',
      position: isNarrow ? { x: row * DOWN_ROW, y: column * DOWN } : { x: column * COLUMN, y: row * ROW },
      data: { ...data, isNarrow },
      ariaLabel: `${data.kind} ${data.title}`,
    };
  });
}

function edgesOf(links: readonly { from: string; to: string; label?: string; isLive: boolean }[]): Edge[] {
  const unique = new Map(links.map((link) => [`${link.from}→${link.to}`, link]));
  return [...unique].map(([id, { from, to, label, isLive }]) => ({
    id,
    source: from,
    target: to,
    animated: isLive,
    ...(label !== undefined && { label }),
  }));
}

function clientStation(name: string, column: 0 | 4): Station {
  const ends = { hasInput: column === 4, hasOutput: column === 0 };
  return {
    id: `${column} ${name}`,
    column,
    data: { kind: 'client', title: name, text: '', link: documentLink('client', name), ...ends },
  };
}

function incomingStation(name: string, incoming: IncomingOverview | undefined): Station {
  const run = incoming?.state.lastRun;
  const text = run ? `${count(run.received)} read last` : 'never ran';
  const data: FlowData = {
    kind: 'incoming',
    title: incoming?.name ?? name,
    text: `${incoming?.spec.subscriber.entity ?? ''} · ${text}`,
    link: documentLink('incoming', name),
    hasInput: true,
    hasOutput: true,
  };
  return { id: `1 ${name}`, column: 1, data };
}

function routeStation(
  route: RouteOverview,
  incoming: IncomingOverview | undefined,
  counts: RouteBacklog | undefined,
): Station {
  const { word, tone } = healthOf(route, incoming, counts);
  const failed = counts?.failed ?? 0;
  const data: FlowData = {
    kind: 'route',
    title: route.name ?? route.identifier,
    text: plural(route.spec.transformers?.length ?? 0, 'step'),
    link: documentLink('route', route.identifier),
    badge: { tone, word: failed > 0 ? `${count(failed)} failed` : word },
    hasInput: true,
    hasOutput: true,
  };
  return { id: `2 ${route.identifier}`, column: 2, data };
}

function outgoingStation(name: string, outgoing: OutgoingOverview | undefined): Station {
  const { action = '', entity = '' } = outgoing?.spec.publisher ?? {};
  const data: FlowData = {
    kind: 'outgoing',
    title: outgoing?.name ?? name,
    text: `${action} ${entity}`,
    link: documentLink('outgoing', name),
    hasInput: true,
    hasOutput: true,
  };
  return { id: `3 ${name}`, column: 3, data };
}
