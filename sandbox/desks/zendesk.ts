import { type Call, type Route, type Row, type SandboxSystem, startSystem } from '../system.ts';

/** A made-up Zendesk with tickets: cursor pages of one, envelopes around single records. */
export async function startZendesk(tickets: Map<number, Row>, port = 0): Promise<SandboxSystem> {
  const one = (id: string, change: Row = {}): { status?: number; body: unknown } => {
    const known = tickets.get(Number(id));
    if (!known) return { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } };
    const ticket = { ...known, ...change };
    tickets.set(Number(id), ticket);
    return { body: { ticket } };
  };
  const routes: Route[] = [
    {
      method: 'GET',
      path: /^\/api\/v2\/tickets$/,
      answer: () => ({ body: { tickets: [...tickets.values()], meta: { has_more: false }, links: {} } }),
    },
    { method: 'GET', path: /^\/api\/v2\/tickets\/(\d+)$/, answer: (_, id = '') => one(id) },
    { method: 'PUT', path: /^\/api\/v2\/tickets\/(\d+)$/, answer: (call, id = '') => one(id, ticketOf(call)) },
    {
      method: 'POST',
      path: /^\/api\/v2\/tickets$/,
      answer: (call) => {
        const { comment, ...fields } = ticketOf(call);
        const ticket = {
          id: 100 + tickets.size,
          description: (comment as { body?: string } | undefined)?.body,
          ...fields,
        };
        tickets.set(ticket.id, ticket);
        return { status: 201, body: { ticket } };
      },
    },
  ];
  return startSystem(routes, port);
}

function ticketOf({ body }: Call): Row {
  return (body as { ticket: Row }).ticket;
}
