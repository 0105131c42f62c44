import { type Answer, type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

/** What a made-up NinjaOne holds; tests change it between runs. */
export interface NinjaData {
  organizations: Row[];
  locations: Row[];
  devices: Row[];
  alerts: Row[];
  /** Definitions of custom fields; the values stand in devices under `custom`. */
  customFields?: Row[];
}

/** A made-up NinjaOne: bare arrays, keyset pages by `after`, times in epoch seconds. */
export async function startNinjaOne(data: NinjaData, port = 0): Promise<SandboxSystem> {
  return startSystem(routesOf(data), port);
}

function routesOf(data: NinjaData): Route[] {
  const list = (path: RegExp, rows: () => Row[]): Route => ({
    method: 'GET',
    path,
    answer: (call) => signedIn(call) ?? { body: pageOf(rows(), call) },
  });
  return [
    { method: 'POST', path: /^\/ws\/oauth\/token$/, answer: () => ({ body: TOKEN }) },
    list(/^\/v2\/organizations$/, () => data.organizations),
    list(/^\/v2\/locations$/, () => data.locations),
    list(/^\/v2\/devices$/, () => data.devices),
    list(/^\/v2\/devices-detailed$/, () => data.devices),
    { method: 'GET', path: /^\/v2\/alerts$/, answer: (call) => signedIn(call) ?? { body: data.alerts } },
    {
      method: 'GET',
      path: /^\/v2\/device-custom-fields$/,
      answer: (call) => signedIn(call) ?? { body: data.customFields ?? [] },
    },
    {
      method: 'DELETE',
      path: /^\/v2\/alert\/([^/]+)$/,
      answer: (call, uid = '') => signedIn(call) ?? closeAlert(data, uid),
    },
    {
      method: 'GET',
      path: /^\/v2\/device\/(\d+)\/custom-fields$/,
      answer: (call, id) =>
        signedIn(call) ?? { body: data.devices.find((each) => String(each['id']) === id)?.['custom'] ?? {} },
    },
  ];
}

const TOKEN = { access_token: 'ninja-token', token_type: 'Bearer', expires_in: 3600, scope: 'monitoring management' };

function signedIn({ headers }: Call): Answer | undefined {
  if (headers.authorization === `Bearer ${TOKEN.access_token}`) return undefined;
  return { status: 401, body: { resultCode: 'UNAUTHORIZED', errorMessage: 'invalid_token' } };
}

/** Rows after an id, in the order of ids. */
function pageOf(rows: readonly Row[], { query }: Call): Row[] {
  const after = Number(query.get('after') ?? 0);
  const size = Number(query.get('pageSize') ?? 1000);
  return [...rows]
    .sort((a, b) => Number(a['id']) - Number(b['id']))
    .filter(({ id }) => Number(id) > after)
    .slice(0, size)
    .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'custom')));
}

function closeAlert(data: NinjaData, uid: string): Answer {
  const before = data.alerts.length;
  data.alerts = data.alerts.filter((alert) => alert['uid'] !== uid);
  return before === data.alerts.length ? { status: 404, body: { resultCode: 'NOT_FOUND' } } : { status: 204 };
}
