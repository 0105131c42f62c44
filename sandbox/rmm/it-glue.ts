import { type Answer, type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

/** What a made-up IT Glue holds: attributes by the path of their list, each with an `id`. */
export interface ITGlueData {
  organizations: Row[];
  locations: Row[];
  configurations: Row[];
}

const KEY = 'made-up';

/** A made-up IT Glue: JSON:API envelopes, numbered pages that tell how many there are. */
export async function startITGlue(data: ITGlueData, port = 0): Promise<SandboxSystem> {
  const list = (name: keyof ITGlueData): Route => ({
    method: 'GET',
    path: new RegExp(`^/${name}$`),
    answer: (call) => signedIn(call) ?? { body: pageOf(name, data[name], call) },
  });
  const types: Route = {
    method: 'GET',
    path: /^\/organization_types$/,
    answer: (call) => signedIn(call) ?? { body: pageOf('organization-types', [{ id: '1', name: 'Customer' }], call) },
  };
  return startSystem([list('organizations'), list('locations'), list('configurations'), types], port);
}

/** Customers that the sandbox Halo has under the same names, with an office and two configurations each. */
export function itGlueWorld(): ITGlueData {
  const customers = [1, 2, 3].map((id) => ({ id: `70${id}`, name: `Customer ${id}` }));
  return {
    organizations: customers,
    locations: customers.map(({ id }) => ({ id: `${id}1`, 'organization-id': Number(id), name: 'Main Office' })),
    configurations: customers.flatMap(({ id, name }) =>
      ['Laptop', 'Server'].map((kind, index) => ({
        ...{ id: `${id}5${index}`, 'organization-id': Number(id), 'organization-name': name },
        ...{ 'location-id': Number(`${id}1`), name: `GLUE-${id}${index}`, hostname: `glue-${id}${index}` },
        ...{ 'serial-number': `GLUE-SERIAL-${id}${index}`, 'mac-address': null, archived: false },
        ...{ 'configuration-type-name': kind, 'updated-at': '2026-11-01T09:30:00.000Z' },
      })),
    ),
  };
}

function signedIn({ headers }: Call): Answer | undefined {
  if (headers['x-api-key'] === KEY) return undefined;
  return { status: 401, body: { errors: [{ status: '401', title: 'The API key is invalid' }] } };
}

function pageOf(type: string, rows: readonly Row[], { query }: Call): object {
  const size = Number(query.get('page[size]') ?? 50);
  const page = Number(query.get('page[number]') ?? 1);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  return {
    data: rows
      .slice((page - 1) * size, page * size)
      .map(({ id, ...attributes }) => ({ id, type, attributes, relationships: {} })),
    meta: { 'current-page': page, 'next-page': page < pages ? page + 1 : null, 'total-count': rows.length },
    links: {},
  };
}
