import { type Answer, type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

/** What a made-up N-central holds; tests change it between runs. Serial numbers stand in assets, by the id of the device. */
export interface NCentralData {
  customers: Row[];
  sites: Row[];
  devices: Row[];
  assets: Map<string, Row>;
  /** What is failing now, of every customer. */
  issues: Row[];
}

const ACCESS = 'n-central-access';

/** A made-up N-central: numbered pages from 1, envelopes, issues for one customer at a time and without an id. */
export async function startNCentral(data: NCentralData, port = 0): Promise<SandboxSystem> {
  const list = (path: RegExp, rows: (id: string) => readonly Row[]): Route => ({
    method: 'GET',
    path,
    answer: (call, id = '') => signedIn(call) ?? pageOf(rows(id), call),
  });
  return startSystem(
    [
      { method: 'POST', path: /^\/api\/auth\/(authenticate|refresh)$/, answer: () => ({ body: TOKENS }) },
      { method: 'GET', path: /^\/api\/auth\/validate$/, answer: (call) => signedIn(call) ?? { body: { data: true } } },
      list(/^\/api\/customers$/, () => data.customers),
      list(/^\/api\/sites$/, () => data.sites),
      list(/^\/api\/devices$/, () => data.devices),
      list(/^\/api\/org-units\/(\d+)\/active-issues$/, (id) =>
        data.issues.filter(({ orgUnitId }) => String(orgUnitId) === id),
      ),
      {
        method: 'GET',
        path: /^\/api\/devices\/(\d+)\/assets$/,
        answer: (call, id = '') => signedIn(call) ?? assetsOf(data, id),
      },
    ],
    port,
  );
}

const TOKENS = {
  tokens: {
    access: { token: ACCESS, type: 'Bearer', expirySeconds: 3600 },
    refresh: { token: 'n-central-refresh', type: 'Body', expirySeconds: 90_000 },
  },
};

function signedIn({ headers }: Call): Answer | undefined {
  return headers.authorization === `Bearer ${ACCESS}` ? undefined : { status: 401, body: { message: 'Unauthorized' } };
}

function pageOf(rows: readonly Row[], { query }: Call): Answer {
  const pageNumber = Number(query.get('pageNumber') ?? 1);
  const pageSize = Number(query.get('pageSize') ?? 50);
  const data = rows.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  const totals = { itemCount: data.length, totalItems: rows.length, totalPages: Math.ceil(rows.length / pageSize) };
  return { body: { data, pageNumber, pageSize, ...totals, _links: {} } };
}

/** Probes have none. */
function assetsOf({ assets }: NCentralData, id: string): Answer {
  const found = assets.get(id);
  return found ? { body: { data: found } } : { status: 404, body: { message: 'Device asset not found' } };
}
