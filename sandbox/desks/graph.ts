import { type Answer, type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

const TOKEN = { access_token: 'graph-token', token_type: 'Bearer', expires_in: 3599 };

/** A made-up Microsoft Graph with groups: filters of OData, ids of its own, an error for a name that is missing. */
export async function startGraph(groups: Map<string, Row>, port = 0): Promise<SandboxSystem> {
  const routes: Route[] = [
    { method: 'GET', path: /^\/v1\.0\/groups$/, answer: (call) => list([...groups.values()], call) },
    { method: 'POST', path: /^\/v1\.0\/groups$/, answer: ({ body }) => create(groups, body as Row) },
    one('GET', groups, (group) => ({ body: group })),
    one('PATCH', groups, (group, { body }) => {
      groups.set(String(group['id']), { ...group, ...(body as Row) });
      return { status: 204 };
    }),
  ];
  return startSystem(
    [
      { method: 'POST', path: /\/oauth2\/v2\.0\/token$/, answer: () => ({ body: TOKEN }) },
      ...routes.map((route): Route => ({
        ...route,
        answer: (call, id = '') => signedIn(call) ?? route.answer(call, id),
      })),
    ],
    port,
  );
}

function one(method: string, groups: ReadonlyMap<string, Row>, answer: (row: Row, call: Call) => Answer): Route {
  return {
    method,
    path: /^\/v1\.0\/groups\/([^/]+)$/,
    answer: (call, id = '') => {
      const group = groups.get(id);
      return group ? answer(group, call) : refuse(404, 'Request_ResourceNotFound', `Resource '${id}' does not exist`);
    },
  };
}

function signedIn({ headers }: Call): Answer | undefined {
  if (headers.authorization === `Bearer ${TOKEN.access_token}`) return undefined;
  return refuse(401, 'InvalidAuthenticationToken', 'Access token is empty.');
}

function refuse(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message, innerError: {} } } };
}

/** Rows that `field eq 'value'` holds for; everything without a filter. */
function list(groups: readonly Row[], { query }: Call): Answer {
  const [, field = '', value = ''] = /^(\w+) eq '(.*)'$/.exec(query.get('$filter') ?? '') ?? [];
  const wanted = value.replaceAll("''", "'");
  return { body: { value: groups.filter((group) => field === '' || group[field] === wanted) } };
}

function create(groups: Map<string, Row>, body: Row): Answer {
  for (const field of ['displayName', 'mailNickname', 'mailEnabled', 'securityEnabled']) {
    if (body[field] === undefined)
      return refuse(400, 'Request_BadRequest', `A value must be specified for the property '${field}'.`);
  }
  if (!/^[!-~]{1,64}$/.test(String(body['mailNickname'])) || /[@()\\[\]";:<>, ]/.test(String(body['mailNickname'])))
    return refuse(400, 'Request_BadRequest', "Invalid value specified for property 'mailNickname'.");
  const id = `00000000-0000-4000-8000-${String(groups.size + 1).padStart(12, '0')}`;
  const group = { id, groupTypes: [], ...body };
  groups.set(id, group);
  return { status: 201, body: group };
}
