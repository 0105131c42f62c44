import { type Answer, type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

/** What a made-up Datto RMM holds; tests change it between runs. Serial numbers stand in audits, by uid. */
export interface DattoData {
  sites: Row[];
  devices: Row[];
  audits: Map<string, Row>;
  /** Open ones; those that are resolved leave the list. */
  alerts: Row[];
}

const TOKEN = { access_token: 'datto-token', token_type: 'bearer', expires_in: 360_000, scope: 'profile' };

/** A made-up Datto RMM: pages from 0 with the address of the next one, times in epoch milliseconds, nulls anywhere. */
export async function startDattoRmm(data: DattoData, port = 0): Promise<SandboxSystem> {
  let url = '';
  const list = (path: string, key: string, rows: () => readonly Row[]): Route => ({
    method: 'GET',
    path: new RegExp(`^/api/v2/account/${path}$`),
    answer: (call) => signedIn(call) ?? pageOf(rows(), key, call, `${url}/api/v2/account/${path}`),
  });
  const routes: Route[] = [
    { method: 'POST', path: /^\/auth\/oauth\/token$/, answer: () => ({ body: TOKEN }) },
    {
      method: 'GET',
      path: /^\/api\/v2\/account$/,
      answer: (call) => signedIn(call) ?? { body: { id: 1, uid: 'account-1', name: 'Made up' } },
    },
    list('sites', 'sites', () => data.sites),
    list('devices', 'devices', () => data.devices),
    list('alerts/open', 'alerts', () => data.alerts),
    {
      method: 'GET',
      path: /^\/api\/v2\/audit\/device\/([^/]+)$/,
      answer: (call, uid = '') => signedIn(call) ?? auditOf(data, uid, call),
    },
    {
      method: 'POST',
      path: /^\/api\/v2\/alert\/([^/]+)\/resolve$/,
      answer: (call, uid = '') => signedIn(call) ?? resolve(data, uid, call),
    },
  ];
  const system = await startSystem(routes, port);
  url = system.url;
  return system;
}

function signedIn(call: Call): Answer | undefined {
  return call.headers.authorization === `Bearer ${TOKEN.access_token}` ? undefined : refuse(401, 'Unauthorized', call);
}

function refuse(status: number, error: string, { path }: Call): Answer {
  return { status, body: { timestamp: Date.now(), status, error, path } };
}

function pageOf(rows: readonly Row[], key: string, { query }: Call, address: string): Answer {
  const page = Number(query.get('page') ?? 0);
  const max = Math.min(Number(query.get('max') ?? 250), 250);
  const own = rows.slice(page * max, (page + 1) * max);
  const next = (page + 1) * max < rows.length ? `${address}?max=${max}&page=${page + 1}` : null;
  const details = { count: own.length, totalCount: rows.length, prevPageUrl: null, nextPageUrl: next };
  return { body: { pageDetails: details, [key]: own } };
}

function auditOf({ audits }: DattoData, uid: string, call: Call): Answer {
  const audit = audits.get(uid);
  return audit ? { body: audit } : refuse(404, 'Not Found', call);
}

function resolve(data: DattoData, uid: string, call: Call): Answer {
  const left = data.alerts.filter((alert) => alert['alertUid'] !== uid);
  if (left.length === data.alerts.length) return refuse(404, 'Not Found', call);
  data.alerts = left;
  return { status: 204 };
}
