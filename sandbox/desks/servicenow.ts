import { plainText, type Json } from '../../src/core/record.ts';
import { type Answer, type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

/** States in which an incident needs a close code and close notes. */
const CLOSED = new Set(['6', '7']);

/** A made-up ServiceNow with incidents: texts in every field, times in UTC without a zone, encoded queries. */
export async function startServiceNow(incidents: Map<string, Row>, port = 0): Promise<SandboxSystem> {
  const routes: Route[] = [
    { method: 'GET', path: /^\/api\/now\/table\/incident$/, answer: (call) => list([...incidents.values()], call) },
    { method: 'POST', path: /^\/api\/now\/table\/incident$/, answer: ({ body }) => create(incidents, body as Row) },
    one('GET', incidents, (incident) => ({ body: { result: incident } })),
    one('PATCH', incidents, (incident, { body }) => save(incidents, { ...incident, ...texts(body as Row) }, 200)),
  ];
  return startSystem(
    routes.map((route) => ({ ...route, answer: (call, id = '') => signedIn(call) ?? route.answer(call, id) })),
    port,
  );
}

function one(method: string, incidents: ReadonlyMap<string, Row>, answer: (row: Row, call: Call) => Answer): Route {
  return {
    method,
    path: /^\/api\/now\/table\/incident\/([^/]+)$/,
    answer: (call, id = '') => {
      const incident = incidents.get(id);
      return incident ? answer(incident, call) : refuse(404, 'No Record found');
    },
  };
}

function signedIn({ headers }: Call): Answer | undefined {
  return headers.authorization?.startsWith('Basic ') ? undefined : refuse(401, 'User Not Authenticated');
}

function refuse(status: number, message: string): Answer {
  return { status, body: { error: { message, detail: '' }, status: 'failure' } };
}

/** Rows that an encoded query holds for, in the order of sys_id. */
function list(incidents: readonly Row[], { query }: Call): Answer {
  const terms = (query.get('sysparm_query') ?? '').split('^').filter((term) => !term.startsWith('ORDERBY'));
  const found = incidents
    .filter((row) => terms.every((term) => holds(row, term)))
    .sort((a, b) => (String(a['sys_id']) < String(b['sys_id']) ? -1 : 1));
  const start = Number(query.get('sysparm_offset') ?? 0);
  const size = Number(query.get('sysparm_limit') ?? 10_000);
  return { body: { result: found.slice(start, start + size) }, headers: { 'x-total-count': String(found.length) } };
}

function holds(row: Row, term: string): boolean {
  const [, field = '', operator, value = ''] = /^(\w+)(>=|=)(.*)$/.exec(term) ?? [];
  const own = plainText(row[field] as Json);
  return operator === '>=' ? own >= value : own === value;
}

function create(incidents: Map<string, Row>, body: Row): Answer {
  const sys_id = (incidents.size + 1).toString(16).padStart(32, 'a');
  const number = `INC${String(10_001 + incidents.size).padStart(7, '0')}`;
  return save(incidents, { sys_id, number, state: '1', sys_created_on: now(), ...texts(body) }, 201);
}

/** Instances ask for a reason where an incident is resolved or closed. */
function save(incidents: Map<string, Row>, row: Row, status: number): Answer {
  if (CLOSED.has(String(row['state'])) && !(row['close_code'] && row['close_notes']))
    return refuse(403, 'Data Policy Exception: The following fields are mandatory: Resolution code, Resolution notes');
  const saved = { ...row, sys_updated_on: now() };
  incidents.set(String(row['sys_id']), saved);
  return { status, body: { result: saved } };
}

/** Every value of a table is a text. */
function texts(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
}

function now(): string {
  return new Date().toISOString().slice(0, 19).replace('T', ' ');
}
