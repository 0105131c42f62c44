import { type Answer, type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

/** Statuses of the made-up project, and the transitions between them: each leads to every other one but "Closed". */
const STATUSES = ['Open', 'In Progress', 'Waiting for customer', 'Resolved'];
const PAGE = 100;

/** A made-up Jira with one project: pages by token, a status that only a transition changes, ids that are texts. */
export async function startJira(issues: Map<string, Row>, project = 'HELP', port = 0): Promise<SandboxSystem> {
  const routes: Route[] = [
    { method: 'GET', path: /^\/rest\/api\/3\/myself$/, answer: () => ({ body: { accountId: 'made-up' } }) },
    { method: 'GET', path: /^\/rest\/api\/3\/search\/jql$/, answer: (call) => search([...issues.values()], call) },
    { method: 'POST', path: /^\/rest\/api\/3\/issue$/, answer: ({ body }) => create(issues, project, body as Row) },
    on('GET', '', issues, (issue) => ({ body: issue })),
    on('PUT', '', issues, (issue, { body }) => {
      change(issues, issue, fieldsOf(body as Row));
      return { status: 204 };
    }),
    on('GET', '/transitions', issues, (issue) => ({ body: { transitions: transitionsOf(issue) } })),
    on('POST', '/transitions', issues, (issue, { body }) => transition(issues, issue, body as Row)),
  ];
  return startSystem(
    routes.map((route) => ({ ...route, answer: (call, id = '') => signedIn(call) ?? route.answer(call, id) })),
    port,
  );
}

/** A call about one issue, by its id or key. */
function on(
  method: string,
  rest: string,
  issues: ReadonlyMap<string, Row>,
  answer: (issue: Row, call: Call) => Answer,
): Route {
  return {
    method,
    path: new RegExp(`^/rest/api/3/issue/([^/]+)${rest}$`),
    answer: (call, id = '') => {
      const issue = issues.get(id) ?? [...issues.values()].find(({ key }) => key === id);
      return issue ? answer(issue, call) : refuse(404, 'Issue does not exist or you do not have permission to see it.');
    },
  };
}

function signedIn({ headers }: Call): Answer | undefined {
  return headers.authorization?.startsWith('Basic ') ? undefined : refuse(401, 'Client must be authenticated');
}

function refuse(status: number, message: string, errors: Row = {}): Answer {
  return { status, body: { errorMessages: message === '' ? [] : [message], errors } };
}

/** What JQL narrows down to: a project, and what changed since a minute. */
function search(issues: readonly Row[], { query }: Call): Answer {
  const jql = query.get('jql') ?? '';
  if (!/project|created|updated/.test(jql)) return refuse(400, 'Unbounded JQL queries are not allowed here.');
  const project = /project = "?([A-Z0-9_]+)/.exec(jql)?.[1];
  const since = /updated >= "([^"]+)"/.exec(jql)?.[1];
  const found = issues.filter(
    (issue) =>
      (project === undefined || String(issue['key']).startsWith(`${project}-`)) &&
      (since === undefined || Date.parse(String(fieldsOf(issue)['updated'])) >= Date.parse(`${since}Z`)),
  );
  const start = Number(query.get('nextPageToken') ?? 0);
  const next = start + PAGE;
  return {
    body: { issues: found.slice(start, next), ...(next < found.length && { nextPageToken: String(next) }) },
  };
}

function create(issues: Map<string, Row>, project: string, body: Row): Answer {
  const fields = fieldsOf(body);
  if ((fields['project'] as Row | undefined)?.['key'] !== project)
    return refuse(400, '', { project: 'valid project is required' });
  if (typeof fields['summary'] !== 'string' || fields['summary'] === '')
    return refuse(400, '', { summary: 'You must specify a summary of the issue.' });
  if ((fields['description'] as Row | undefined)?.['type'] !== 'doc')
    return refuse(400, '', {
      description: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)',
    });
  if (fields['status'] !== undefined) return refuse(400, '', { status: "Field 'status' cannot be set." });
  const id = String(10_001 + issues.size);
  const key = `${project}-${issues.size + 1}`;
  issues.set(id, { id, key, self: `https://example.atlassian.net/rest/api/3/issue/${id}` });
  change(issues, issues.get(id) ?? {}, { ...fields, status: { name: STATUSES[0] } });
  return { status: 201, body: { id, key } };
}

/** Changes fields of an issue, and when it was changed. */
export function change(issues: Map<string, Row>, issue: Row, fields: Row): void {
  const updated = new Date().toISOString().replace('Z', '+0000');
  issues.set(String(issue['id']), { ...issue, fields: { ...fieldsOf(issue), ...fields, updated } });
}

function transitionsOf(issue: Row): { id: string; name: string; to: { name: string } }[] {
  const now = (fieldsOf(issue)['status'] as Row | undefined)?.['name'];
  return STATUSES.flatMap((name, index) =>
    name === now ? [] : [{ id: String(11 + 10 * index), name: `To ${name}`, to: { name } }],
  );
}

function transition(issues: Map<string, Row>, issue: Row, body: Row): Answer {
  const wanted = (body['transition'] as Row | undefined)?.['id'];
  const found = transitionsOf(issue).find(({ id }) => id === wanted);
  if (!found) return refuse(400, 'It seems that you have tried to perform an illegal workflow operation.');
  change(issues, issue, { status: found.to });
  return { status: 204 };
}

function fieldsOf(row: Row): Row {
  return (row['fields'] ?? {}) as Row;
}
