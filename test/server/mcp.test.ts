import { beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { haloClient, type Reply, withApp } from './with-app.ts';

const app = withApp();
const settings = (): { mcp: string } => app.platform.settings;

beforeAll(async () => {
  await app.apply(haloClient(app));
});

async function tokenWith(scopes: readonly string[]): Promise<string> {
  const { body } = await app.post('/api/v1/tokens', { name: `mcp ${scopes.join(' ')}`, role: 'editor', scopes });
  return String(body['token']);
}

interface Used {
  readonly isError: boolean;
  readonly text: string;
  /** Parsed, where it is no error. */
  readonly json: Record<string, unknown>;
}

interface Assistant {
  readonly tools: () => Promise<string[]>;
  readonly use: (name: string, input?: Record<string, unknown>) => Promise<Used>;
  readonly client: Client;
}

/** An assistant as the SDK makes it, over HTTP. */
async function withAssistant(
  use: (assistant: Assistant) => Promise<void>,
  { token = 'token-of-the-administrator', query = '', mode = 'read' } = {},
): Promise<void> {
  const before = settings().mcp;
  settings().mcp = mode;
  const client = new Client({ name: 'test', version: '1' });
  const address = app.app.server.address() as { port: number };
  const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${address.port}/api/v1/mcp${query}`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  try {
    // The SDK's own types differ about properties that may be undefined.
    await client.connect(transport);
    await use({
      client,
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      async use(name, input = {}) {
        const result = await client.callTool({ name, arguments: input });
        const [content] = result.content as { text: string }[];
        const isError = result.isError === true;
        const text = content?.text ?? '';
        return { isError, text, json: isError ? {} : (JSON.parse(text) as Record<string, unknown>) };
      },
    });
  } finally {
    await client.close();
    settings().mcp = before;
  }
}

describe('by default', () => {
  test('tools only read: those of the platform, three for everything, and the named actions that read', async () => {
    await withAssistant(async ({ client }) => {
      const { tools } = await client.listTools();
      const names = tools.map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining(['list_routes', 'list_errors', 'list_runs', 'search_operations', 'halo__get-tickets']),
      );
      expect(names).not.toContain('halo__add-or-update-ticket');
      expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
    });
  });

  test('an operation is searched, described and called', async () => {
    await withAssistant(async ({ use }) => {
      expect((await use('list_clients')).json).toMatchObject({ clients: [{ client: 'halo', health: 'healthy' }] });
      const found = await use('search_operations', { client: 'halo', search: 'ticket', kind: 'read' });
      expect(found.text).toContain('"tickets.list"');
      const described = await use('describe_operation', { client: 'halo', operation: 'tickets.list' });
      expect(described.json).toMatchObject({ kind: 'read', input: { limit: {} }, fields: { summary: 'string' } });
      const called = await use('call_operation', {
        client: 'halo',
        operation: 'tickets.list',
        input: { fields: ['id'] },
      });
      expect((called.json['rows'] as unknown[]).length).toBe(20);
    });
  });

  test('what writes is refused, whatever the token may, and nothing is sent', async () => {
    await withAssistant(async ({ use }) => {
      const before = app.halo.requests.length;
      const input = { client: 'halo', operation: 'tickets.post', input: { records: [{ summary: 'x' }] } };
      expect(await use('call_operation', input)).toMatchObject({
        isError: true,
        text: expect.stringContaining('ERR_MCP_READ_ONLY'),
      });
      expect(app.halo.requests.length).toBe(before);
    });
  });
});

describe('where the server lets tools write', () => {
  test('a ticket is added and deleted, and each call is in the audit trail', async () => {
    await withAssistant(
      async ({ use }) => {
        const added = await use('halo__add-or-update-ticket', { records: [{ summary: 'By an assistant' }] });
        const [result] = added.json['results'] as { id: string }[];
        await use('halo__delete-ticket-by-id', { id: Number(result?.id) });
        const { body } = await app.get('/api/v1/audit?limit=2');
        expect(body['items']).toMatchObject([
          { action: 'action.delete', subject: 'client/halo/tickets.delete' },
          { action: 'action.write', subject: 'client/halo/tickets.post', after: { records: '1 items' } },
        ]);
      },
      { mode: 'write' },
    );
  });

  test('a token without the scope has no such tools, and is refused the call', async () => {
    const token = await tokenWith(['actions:read', 'connectors:read']);
    await withAssistant(
      async ({ tools, use }) => {
        const names = await tools();
        expect(names).not.toContain('halo__delete-ticket-by-id');
        expect(names).not.toContain('list_errors');
        const refused = await use('call_operation', { client: 'halo', operation: 'tickets.delete', input: { id: 1 } });
        expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('ERR_FORBIDDEN') });
      },
      { mode: 'write', token },
    );
  });
});

test('only the clients that were chosen have tools of their own', async () => {
  await withAssistant(
    async ({ tools }) => {
      expect((await tools()).filter((name) => name.startsWith('halo__'))).toEqual([]);
    },
    { query: '?clients=other' },
  );
});

test('every operation is a tool of its own where that is asked for, listed page by page, each once', async () => {
  await withAssistant(
    async ({ client, use }) => {
      const names: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await client.listTools(cursor === undefined ? {} : { cursor });
        names.push(...page.tools.map(({ name }) => name));
        cursor = page.nextCursor;
        pages += 1;
      } while (cursor !== undefined);
      expect(pages).toBeGreaterThan(14);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => !/^[\w-]{1,64}$/.test(name))).toEqual([]);
      expect(names.length).toBeGreaterThan(1400);
      expect((await use('halo__tickets__list', { limit: 1, fields: ['id'] })).json).toMatchObject({
        rows: [{ id: expect.any(Number) }],
      });
      await expect(client.listTools({ cursor: 'nonsense' })).rejects.toThrow('from the start');
    },
    { query: '?operations=all', mode: 'write' },
  );
});

test('mistakes are told to the assistant with what to do', async () => {
  await withAssistant(async ({ use }) => {
    expect((await use('halo__get-ticket-by-id', {})).text).toContain('id');
    expect((await use('list_erors')).text).toContain('did you mean "list_errors"');
    expect((await use('search_operations', { client: 'hallo' })).text).toContain('ERR_NOT_FOUND');
  });
});

describe('a program that only knows JSON-RPC', () => {
  let id = 0;
  const rpc = async (method: string, params: object = {}, headers: Record<string, string> = {}): Promise<Reply> => {
    id += 1;
    return app.send('POST', '/api/v1/mcp', { jsonrpc: '2.0', id, method, params }, { headers });
  };
  const called = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const { body } = await rpc('tools/call', { name, arguments: input });
    const { content } = body['result'] as { content: [{ text: string }] };
    return JSON.parse(content[0].text) as Record<string, unknown>;
  };

  test('calls the four actions for tickets, without a session and without saying what it accepts', async () => {
    settings().mcp = 'write';
    try {
      const added = await called('halo__add-or-update-ticket', { records: [{ summary: 'By hand' }] });
      const ticket = Number((added['results'] as [{ id: string }])[0].id);
      await called('halo__add-or-update-ticket', { records: [{ id: ticket, summary: 'By hand, twice' }] });
      expect(await called('halo__get-ticket-by-id', { id: ticket })).toMatchObject({
        record: { summary: 'By hand, twice' },
      });
      expect(await called('halo__get-tickets', { limit: 1 })).toMatchObject({ isComplete: false });
      await called('halo__delete-ticket-by-id', { id: ticket });
      const { body } = await rpc('tools/call', { name: 'halo__get-ticket-by-id', arguments: { id: ticket } });
      // What the system refuses is the result of the tool, which an assistant reads; the call itself went well.
      expect(body).toMatchObject({ result: { isError: true, content: [{ text: expect.stringContaining('404') }] } });
    } finally {
      settings().mcp = 'read';
    }
  });

  test('is told a version that both know, and refused one that nobody does', async () => {
    const hello = (protocolVersion: string) =>
      rpc('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'by hand', version: '0' } });
    expect((await hello('2025-03-26')).body).toMatchObject({ result: { protocolVersion: '2025-03-26' } });
    expect((await hello('1999-01-01')).body).toMatchObject({
      result: { protocolVersion: expect.stringMatching(/^202/) },
    });
    expect(await rpc('tools/list', {}, { 'mcp-protocol-version': '1999-01-01' })).toMatchObject({ status: 400 });
    const notice = { jsonrpc: '2.0', method: 'notifications/initialized' };
    expect(await app.send('POST', '/api/v1/mcp', notice)).toMatchObject({ status: 202, text: '' });
  });

  test('is told what is no message, no method and no session', async () => {
    expect((await rpc('tools/destroy')).body).toMatchObject({ error: { code: -32601 } });
    expect(await app.send('POST', '/api/v1/mcp', { hello: 'there' })).toMatchObject({ status: 400 });
    for (const method of ['GET', 'DELETE'])
      expect(await app.send(method, '/api/v1/mcp')).toMatchObject({ status: 405 });
  });
});

describe('the address', () => {
  const hello = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  };
  const headers = { accept: 'application/json, text/event-stream' };

  test('is refused to pages of other origins', async () => {
    const foreign = { ...headers, origin: 'https://evil.example' };
    const reply = await app.send('POST', '/api/v1/mcp', hello, { headers: foreign });
    expect(reply).toMatchObject({ status: 403, body: { code: 'ERR_CROSS_ORIGIN' } });
    expect(await app.send('POST', '/api/v1/mcp', hello, { headers })).toMatchObject({ status: 200 });
  });

  test('is closed to viewers and without a token', async () => {
    expect(await app.send('POST', '/api/v1/mcp', hello, { headers, role: 'viewer' })).toMatchObject({ status: 403 });
    expect(await app.send('POST', '/api/v1/mcp', hello, { headers, token: '' })).toMatchObject({ status: 401 });
  });

  test('is not there where it is off', async () => {
    settings().mcp = 'off';
    expect(await app.send('POST', '/api/v1/mcp', hello, { headers })).toMatchObject({ status: 404 });
    settings().mcp = 'read';
  });
});
