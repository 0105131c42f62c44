import { type Answer, type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

/** What a made-up ConnectWise RMM holds; tests change it between runs. */
export interface ConnectWiseData {
  companies: Row[];
  sites: Row[];
  /** Each with `companyId`; details are the same row. */
  endpoints: Row[];
  /** Each with `companyId`, which the platform does not send along. */
  tickets: Row[];
}

const TOKEN = { access_token: 'asio-token', token_type: 'Bearer', expires_in: 3600 };

/** A made-up ConnectWise RMM: a list of devices by POST, tickets for one company at a time, 404 for an empty list. */
export async function startConnectWiseRmm(data: ConnectWiseData, port = 0): Promise<SandboxSystem> {
  const on = (method: string, path: RegExp, answer: (call: Call, id: string) => Answer): Route => ({
    method,
    path,
    answer: (call, id = '') => signedIn(call) ?? answer(call, id),
  });
  return startSystem(
    [
      { method: 'POST', path: /^\/v1\/token$/, answer: () => ({ body: TOKEN }) },
      on('GET', /^\/api\/platform\/v1\/company\/companies$/, () => ({ body: data.companies })),
      on('GET', /^\/api\/platform\/v1\/company\/sites$/, () => ({ body: data.sites })),
      on('POST', /^\/api\/platform\/v2\/device\/categories\/platform\/endpoints$/, (call) => endpointsOf(data, call)),
      on('GET', /^\/api\/platform\/v2\/device\/companies\/[^/]+\/sites\/[^/]+\/endpoints\/([^/]+)$/, (_, id) =>
        orMissing(data.endpoints.find(({ endpointID }) => endpointID === id)),
      ),
      on('GET', /^\/api\/platform\/v2\/service\/ticketing\/tickets$/, (call) => ticketsOf(data, call)),
    ],
    port,
  );
}

function signedIn({ headers }: Call): Answer | undefined {
  if (headers.authorization === `Bearer ${TOKEN.access_token}`) return undefined;
  return { status: 401, body: { message: 'Unauthorized' } };
}

function endpointsOf({ endpoints }: ConnectWiseData, { body }: Call): Answer {
  const { resources = [] } = body as { resources?: string[] };
  const platform = resources.map((companyID) => ({
    companyID,
    endpoints: endpoints.filter(({ companyId }) => companyId === companyID),
  }));
  return { body: { platform } };
}

function ticketsOf({ tickets }: ConnectWiseData, { query }: Call): Answer {
  const own = tickets.filter(({ companyId }) => companyId === query.get('companyIds'));
  const size = Number(query.get('pageSize') ?? 100);
  const start = (Number(query.get('pageNum') ?? 1) - 1) * size;
  const page = own.slice(start, start + size).map((row) => ({ ...row, companyId: undefined }));
  return page.length === 0 ? orMissing(undefined) : { body: { tickets: page, totalCount: own.length } };
}

function orMissing(body: Row | undefined): Answer {
  return body ? { body } : { status: 404, body: { message: 'resource not found' } };
}
