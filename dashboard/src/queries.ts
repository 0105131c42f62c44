import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask, queryClient, withQuery } from './api.ts';
import { without } from './lib/without.ts';
import { intervalOf } from './live.ts';
import type {
  ClientOverview,
  Components,
  Connector,
  ConnectorSummary,
  Doc,
  IncomingOverview,
  Kind,
  Me,
  NotificationOverview,
  OutgoingOverview,
  Overview,
  Page,
  RouteBacklog,
  RouteOverview,
  Status,
  WaysIn,
  TemplateForm,
  TemplateSummary,
} from './types.ts';

/** How often views that count things ask again. */
export const LIVE_MS = 4000;
const CATALOGUE_MS = 10 * 60_000;

const PATHS: Readonly<Record<Kind, string>> = {
  client: '/clients',
  incoming: '/incomings',
  outgoing: '/outgoings',
  route: '/routes',
  transformer: '/transformers',
  storage: '/storages',
  'value-map': '/value-maps',
  notification: '/notifications',
};

/** Reads something and keeps it fresh; `liveMs` of 0 asks only once. */
export function useApi<T>(path: string | undefined, liveMs = 0): UseQueryResult<T> {
  return useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => api<T>('GET', path ?? '', undefined, signal),
    enabled: path !== undefined,
    placeholderData: keepPreviousData,
    ...(liveMs > 0 && { refetchInterval: () => intervalOf(liveMs) }),
  });
}

function useOverview<T>(kind: Kind, liveMs = LIVE_MS * 2): UseQueryResult<Page<T>> {
  return useApi<Page<T>>(`${PATHS[kind]}?limit=500`, liveMs);
}

export const useClients = () => useOverview<ClientOverview>('client');
export const useIncomings = () => useOverview<IncomingOverview>('incoming');
export const useOutgoings = () => useOverview<OutgoingOverview>('outgoing');
export const useRoutes = () => useOverview<RouteOverview>('route');
export const useNotifications = () => useOverview<NotificationOverview>('notification');
export const useOverviews = (kind: Kind) => useOverview<Overview>(kind);
export const useStatus = () => useApi<Status>('/status', LIVE_MS);
export const useBacklog = () => useApi<{ items: readonly RouteBacklog[] }>('/backlog', LIVE_MS);

/** How one can come in; asked anew whenever somebody is out. */
export function useWaysIn(): UseQueryResult<WaysIn> {
  return useQuery({ queryKey: ['ways in'], queryFn: () => api<WaysIn>('GET', '/sign-in'), staleTime: 0, gcTime: 0 });
}

export const useMe = () => useApi<Me>('/me');

/** A document without secrets. */
export function useDocument<Spec>(kind: Kind, identifier: string | undefined): UseQueryResult<Doc<Spec>> {
  return useQuery({
    queryKey: ['document', kind, identifier],
    queryFn: ({ signal }) => readDocument<Spec>(kind, identifier ?? '', signal),
    enabled: identifier !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** Where a document is. */
export function documentPath(kind: Kind, identifier: string): string {
  return `/documents/${kind}/${encodeURIComponent(identifier)}`;
}

/** Reads a document, with the version it has now. @throws ApiError */
export async function readDocument<Spec>(kind: Kind, identifier: string, signal?: AbortSignal): Promise<Doc<Spec>> {
  const { value, tag } = await ask<Doc<Spec>>('GET', documentPath(kind, identifier), { signal });
  return { ...value, version: versionOf(tag) };
}

function versionOf(tag: string | null): number {
  return Number(tag?.replaceAll('"', ''));
}

function useCatalogue<T>(path: string | undefined): UseQueryResult<T> {
  return useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => api<T>('GET', path ?? '', undefined, signal),
    enabled: path !== undefined,
    staleTime: CATALOGUE_MS,
    gcTime: CATALOGUE_MS,
  });
}

export const useConnectors = () => useCatalogue<Page<ConnectorSummary>>('/connectors');
export const useTemplates = () => useCatalogue<Page<TemplateSummary>>('/templates');
export const useTemplate = (name: string) => useCatalogue<TemplateForm>(`/templates/${encodeURIComponent(name)}`);
export const useComponents = () => useCatalogue<Components>('/components');

/** What people call a connector; its name until the list has come. */
export function useConnectorTitle(name: string): string {
  return useConnectors().data?.items.find((each) => each.name === name)?.title ?? name;
}

/** A connector with its entities: half a megabyte for the largest, so it is kept. */
export function useConnector(name: string | undefined): UseQueryResult<Connector> {
  return useCatalogue<Connector>(name === undefined ? undefined : `/connectors/${encodeURIComponent(name)}`);
}

/** The connector behind a client. */
export function useConnectorOf(client: string | undefined): UseQueryResult<Connector> {
  const clients = useClients();
  return useConnector(clients.data?.items.find(({ identifier }) => identifier === client)?.spec.connector);
}

/**
 * Creates or replaces a document, and lets every view see it.
 *
 * @throws ApiError with status 412 when it is no longer the version that it was read as.
 */
export async function saveDocument({ version, ...document }: Doc<unknown>, reason = ''): Promise<Doc> {
  const path = withQuery(documentPath(document.kind, document.identifier), { reason });
  const isNew = version === 0;
  const headers = {
    ...(isNew && { 'if-none-match': '*' }),
    ...(!isNew && version !== undefined && { 'if-match': `"${version}"` }),
  };
  const { value, tag } = await ask<Doc>('PUT', path, { body: document, headers });
  if (isNew) await dropDraft(document);
  await queryClient.invalidateQueries();
  return { ...value, version: versionOf(tag) };
}

/** What is made of a draft is live now; the draft has served. */
async function dropDraft({ kind, identifier }: Pick<Doc, 'kind' | 'identifier'>): Promise<void> {
  const { items } = await api<Page<Pick<Doc, 'kind' | 'identifier'>>>('GET', '/drafts');
  const isThere = items.some((each) => each.kind === kind && each.identifier === identifier);
  if (isThere) await api('DELETE', `${documentPath(kind, identifier)}/draft`);
}

/** Keeps a document without making it live. @throws ApiError */
export async function saveDraft(document: Doc<unknown>): Promise<void> {
  const path = `${documentPath(document.kind, document.identifier)}/draft`;
  await api('PUT', path, without(document, 'version'));
  await queryClient.invalidateQueries();
}

/** Deletes a document; the server refuses while another one refers to it. */
export async function deleteDocument(kind: Kind, identifier: string): Promise<void> {
  await api('DELETE', `/documents/${kind}/${encodeURIComponent(identifier)}`);
  await queryClient.invalidateQueries();
}
