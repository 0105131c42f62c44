import { describe, expect, test } from '@jest/globals';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import type { CallWindow, Exchange } from '../../src/http/types.ts';
import { errorOf } from '../http/test-transport.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { connect, makeConnector, readAll, signal } from './with-connector.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

type Answer = { status?: number; headers?: object; body?: unknown };

/** A system that gives prepared answers in order, the last one again and again. */
async function withAnswers<T>(answers: Answer[], use: (url: string, asked: Asked[]) => Promise<T>): Promise<T> {
  const asked: Asked[] = [];
  return withServer(
    (request, response) => {
      void readBody(request).then((body) => {
        const {
          status = 200,
          headers = {},
          body: answer = {},
        } = answers[Math.min(asked.length, answers.length - 1)] ?? {};
        asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
        answerJson(response, status, answer, headers);
      });
    },
    (url) => use(url, asked),
  );
}

const operation = (more: object = {}): object => ({ title: 'Calls', method: 'GET', path: '/call', ...more });
const one = (more: object = {}, manifest: object = {}) =>
  makeConnector(manifest, { things: { key: ['id'], operations: { call: operation(more) } } });

function call(baseUri: string, connector: ReturnType<typeof one>, args = {}, more: object = {}) {
  const client = connect(connector, { parameters: { baseUri } }, more);
  return client.call(client.operation('things', 'call'), args, signal);
}

describe('requests', () => {
  test.each([
    [undefined, '/call?ids=1%2C2'],
    ['repeat', '/call?ids=1&ids=2'],
    ['brackets', '/call?ids%5B%5D=1&ids%5B%5D=2'],
    ['json', '/call?ids=%5B1%2C2%5D'],
  ])('write a list in the style "%s"', async (style, url) => {
    await withAnswers([{}], async (baseUri, asked) => {
      const parameter = style === undefined ? 'array' : { type: 'array', style };
      await call(baseUri, one({ queryParameters: { ids: parameter } }), { query: { ids: [1, 2] } });
      expect(asked[0]?.url).toBe(url);
    });
  });

  test('write a parameter as its template says, also where the value is the operation’s own', async () => {
    const queryParameters = { sort: { template: "&{contains(value, 'id') ? value : join(',', [value, 'id'])}" } };
    await withAnswers([{}], async (baseUri, asked) => {
      await call(baseUri, one({ queryParameters, query: { sort: 'name' } }));
      await call(baseUri, one({ queryParameters, query: { sort: 'name' } }), { query: { sort: 'id' } });
      await call(baseUri, one({ queryParameters }));
      expect(asked.map(({ url }) => decodeURIComponent(url))).toEqual(['/call?sort=name,id', '/call?sort=id', '/call']);
    });
  });

  test('carry headers and query of the connector, of the operation, and of neither where they are empty', async () => {
    const manifest = {
      parameters: {
        baseUri: { title: 'Address', format: 'uri', required: true },
        version: { title: 'Version', default: '2.1' },
        partner: { title: 'Partner' },
      },
      headers: { Accept: 'application/vnd.made-up+json; version=&{config.version}', 'X-Partner': '?{config.partner}' },
      query: { api: '&{config.version}' },
    };
    await withAnswers([{}], async (baseUri, asked) => {
      await call(baseUri, one({ headers: { 'X-Own': 'yes' }, query: { all: true } }, manifest), {
        query: { all: false },
      });
      expect(asked[0]?.url).toBe('/call?api=2.1&all=false');
      expect(asked[0]?.headers).toMatchObject({ accept: 'application/vnd.made-up+json; version=2.1', 'x-own': 'yes' });
      expect(asked[0]?.headers).not.toHaveProperty('x-partner');
    });
  });

  test('need the parameters that give another one its meaning', async () => {
    const queryParameters = { 'filter[psa]': 'string', 'filter[psa_id]': { needs: ['filter[psa]'] } };
    await withAnswers([{}], async (baseUri, asked) => {
      const error = await errorOf(call(baseUri, one({ queryParameters }), { query: { 'filter[psa_id]': '7' } }));
      expect(error).toMatchObject({
        code: 'ERR_QUERY_PARAMETER_MISSING',
        message: expect.stringContaining('needs the query parameter "filter[psa]" beside "filter[psa_id]"'),
      });
      expect(asked).toHaveLength(0);
      await call(baseUri, one({ queryParameters }), { query: { 'filter[psa_id]': '7', 'filter[psa]': 'manage' } });
      expect(asked).toHaveLength(1);
    });
  });

  test.each([
    ['json', '{"a":1,"b":[2]}', 'application/json; charset=utf-8'],
    ['form', 'a=1&b=%5B2%5D', 'application/x-www-form-urlencoded'],
    ['text', '{"a":1,"b":[2]}', 'text/plain; charset=utf-8'],
  ])('write a body as %s', async (encoding, body, type) => {
    await withAnswers([{}], async (baseUri, asked) => {
      await call(baseUri, one({ method: 'POST', body: { encoding } }), { body: { a: 1, b: [2] } });
      expect(asked[0]).toMatchObject({ body, headers: { 'content-type': type } });
    });
  });

  test('write files as multipart, whatever their names try', async () => {
    await withAnswers([{}], async (baseUri, asked) => {
      const file = { filename: 'a"\r\nX-Evil: 1.txt', base64: Buffer.from('content').toString('base64') };
      await call(baseUri, one({ method: 'POST', body: { encoding: 'multipart' } }), { body: { note: 'hi', file } });
      expect(asked[0]?.body).toContain('name="note"\r\n\r\nhi\r\n');
      expect(asked[0]?.body).toContain('filename="a%22%0D%0AX-Evil: 1.txt"');
      expect(asked[0]?.body).toContain('\r\n\r\ncontent\r\n');
    });
  });

  test('read a file as base64, and a text as it is', async () => {
    await withServer(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'image/png', 'content-disposition': 'attachment; filename="x.png"' });
        response.end(Buffer.from([0, 255, 1]));
      },
      async (baseUri) => {
        const file = await call(baseUri, one({ expects: 'bytes' }));
        expect(file.body).toEqual({ contentType: 'image/png', filename: 'x.png', base64: 'AP8B' });
        expect((await call(baseUri, one({ expects: 'text' }))).body).toContain('\u0001');
      },
    );
  });
});

describe('budgets', () => {
  test('of an operation and of a group are taken besides those of the client, by weight', async () => {
    const taken: { windows: readonly CallWindow[]; calls: number | undefined }[] = [];
    const memory = createMemoryCallBudget();
    const budget = {
      ...memory,
      take: (client: string, windows: readonly CallWindow[], calls?: number) => {
        taken.push({ windows, calls });
        return memory.take(client, windows, calls);
      },
    };
    const connector = one(
      { limits: [{ requests: 100, per: '60s' }], budgets: ['writes'], weight: 3 },
      { limits: [{ requests: 600, per: '60s' }], budgets: { writes: [{ requests: 6, per: '1m' }] } },
    );
    await withAnswers([{}], async (baseUri) => {
      const client = connect(connector, { parameters: { baseUri } }, { budget });
      await client.call(client.operation('things', 'call'), {}, signal);
    });
    expect(taken).toEqual([
      {
        windows: [
          { requests: 600, perMs: 60_000 },
          { scope: 'writes', requests: 6, perMs: 60_000 },
          { scope: 'things.call', requests: 100, perMs: 60_000 },
        ],
        calls: 3,
      },
    ]);
  });

  test('tell how many calls may be made at the same time: the lowest limit of the client and the operation', () => {
    const callsAtOnce = (operation: object, manifest: object): number => {
      const client = connect(one(operation, manifest), { parameters: { baseUri: 'https://example.com' } });
      return client.callsAtOnce(client.operation('things', 'call'));
    };
    const client = { limits: [{ requests: 600, per: '60s' }, { concurrency: 8 }] };
    expect(callsAtOnce({}, client)).toBe(8);
    expect(callsAtOnce({ limits: [{ concurrency: 3 }] }, client)).toBe(3);
    expect(callsAtOnce({ budgets: ['writes'] }, { ...client, budgets: { writes: [{ concurrency: 2 }] } })).toBe(2);
    expect(callsAtOnce({ limits: [{ requests: 5, per: '1s' }] }, {})).toBe(Infinity);
  });

  test('in memory count weights, and let a call through that is heavier than its window', async () => {
    let now = 0;
    const budget = createMemoryCallBudget(() => now);
    const windows = [{ scope: 'x', requests: 5, perMs: 1000 }];
    expect([await budget.take('c', windows, 3), await budget.take('c', windows, 2)]).toEqual([0, 0]);
    expect(await budget.take('c', windows)).toBe(1000);
    now = 1000;
    expect(await budget.take('c', windows, 50)).toBe(0);
    expect(await budget.take('c', windows)).toBe(1000);
  });

  test('of concurrency hold calls of one operation back while others go on', async () => {
    let open = 0;
    let most = 0;
    await withServer(
      (_request, response) => {
        open += 1;
        most = Math.max(most, open);
        setImmediate(() => {
          open -= 1;
          answerJson(response, 200, {});
        });
      },
      async (baseUri) => {
        const connector = one({ limits: [{ concurrency: 1 }] });
        const client = connect(connector, { parameters: { baseUri } });
        const each = client.operation('things', 'call');
        await Promise.all(Array.from({ length: 5 }, () => client.call(each, {}, signal)));
        expect(most).toBe(1);
      },
    );
  });

  test('that headers call spent pause the client until they say', async () => {
    const pauses: number[] = [];
    const budget = {
      ...createMemoryCallBudget(),
      pause: (_client: string, ms: number) => Promise.resolve(void pauses.push(ms)),
    };
    const rateHeaders = { remaining: 'X-Left', reset: 'X-Reset', unit: 'seconds' };
    await withAnswers(
      [{ headers: { 'x-left': '1' } }, { headers: { 'x-left': '0', 'x-reset': '7' } }],
      async (baseUri) => {
        const client = connect(one({}, { rateHeaders }), { parameters: { baseUri } }, { budget });
        await client.call(client.operation('things', 'call'), {}, signal);
        expect(pauses).toEqual([]);
        await client.call(client.operation('things', 'call'), {}, signal);
        expect(pauses).toEqual([7000]);
      },
    );
  });
});

describe('rules', () => {
  const rule = (then: string, more: object = {}): object => ({
    when: { field: 'body.fault', exists: true },
    then,
    ...more,
  });

  test.each([
    ['fail', {}, { code: 'ERR_REFUSED', class: 'data' }],
    ['fail', { class: 'config' }, { code: 'ERR_REFUSED', class: 'config' }],
    ['fail', { class: 'sign-in' }, { code: 'ERR_REFUSED', class: 'sign-in' }],
    ['fail', { class: 'data' }, { code: 'ERR_REFUSED', class: 'data', retryable: false }],
    ['skip-record', {}, { code: 'ERR_SKIPPED' }],
    ['locked', { wait: '5m' }, { code: 'ERR_RATE_LIMITED', retryAfterMs: 300_000 }],
    ['locked', { waitAt: { path: 'fault.after', unit: 'milliseconds' } }, { retryAfterMs: 4000 }],
  ])('inside a 200 can mean %s %j', async (then, more, expected) => {
    await withAnswers([{ body: { fault: { text: 'out of paper', after: 4000 } } }], async (baseUri, asked) => {
      const connector = one({ errors: [rule(then, { messageAt: 'fault.text', ...more })] });
      const error = await errorOf(call(baseUri, connector));
      expect(error).toMatchObject({ ...expected, message: expect.stringContaining('out of paper') });
      expect(asked).toHaveLength(1);
    });
  });

  test('of the operation are heard before those of the connector', async () => {
    await withAnswers([{ body: { fault: 1 } }], async (baseUri) => {
      const connector = one({ errors: [rule('empty')] }, { errors: [rule('fail')] });
      expect(await call(baseUri, connector)).toMatchObject({ status: 204, body: undefined });
    });
  });

  test('can accept a status, and tell which of them decided', async () => {
    await withAnswers([{ status: 409, body: { id: 7 } }], async (baseUri) => {
      const connector = one({
        errors: [
          { when: { field: 'status', equals: 404 }, then: 'empty' },
          { name: 'there already', when: { field: 'status', equals: 409 }, then: 'accept' },
        ],
      });
      const client = connect(connector, { parameters: { baseUri } });
      const exchanges: Exchange[] = [];
      const onExchange = (exchange: Exchange): void => void exchanges.push(exchange);
      const answer = await client.call(client.operation('things', 'call'), {}, signal, { onExchange });
      expect(answer).toMatchObject({ status: 409, body: { id: 7 } });
      expect(exchanges[0]?.verdict).toBe('rule 2 (there already): accept');
    });
  });
});

describe('credentials that go with every call', () => {
  const manifest = {
    parameters: {
      baseUri: { title: 'Address', format: 'uri', required: true },
      apiKey: { title: 'Key', secret: true },
      partner: { title: 'Partner', secret: true },
    },
    authentications: {
      key: {
        title: 'Key',
        parameters: ['apiKey', 'partner'],
        headers: { 'X-Partner': '&{secret.partner}' },
        authenticator: { type: 'api-key', keys: [{ in: 'query', name: 'key', value: '&{secret.apiKey}' }] },
      },
    },
  };
  const connector = makeConnector(manifest, { things: { key: ['id'], operations: { call: operation() } } });
  const parameters = { apiKey: 'canary-key', partner: 'canary-partner' };

  test('are sent once when they are refused: nothing can be renewed, and more tries lock accounts', async () => {
    await withAnswers([{ status: 401, body: { message: 'no' } }], async (baseUri, asked) => {
      const client = connect(connector, { authentication: 'key', parameters: { baseUri, ...parameters } });
      const error = await errorOf(client.call(client.operation('things', 'call'), {}, signal));
      expect(error).toMatchObject({ code: 'ERR_CREDENTIALS_REFUSED', class: 'sign-in' });
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatchObject({ url: '/call?key=canary-key', headers: { 'x-partner': 'canary-partner' } });
    });
  });

  test('are in no exchange and no error', async () => {
    await withAnswers([{ status: 400, body: { message: 'canary-key is wrong' } }], async (baseUri) => {
      const client = connect(connector, { authentication: 'key', parameters: { baseUri, ...parameters } });
      const exchanges: Exchange[] = [];
      const onExchange = (exchange: Exchange): void => void exchanges.push(exchange);
      const error = await errorOf(client.call(client.operation('things', 'call'), {}, signal, { onExchange }));
      expect(JSON.stringify([exchanges, error, (error as Error).message])).not.toContain('canary');
    });
  });
});

describe('hosts', () => {
  test('that are not declared are never called, also when the system names them', async () => {
    const paginator = { type: 'cursor', cursorAt: 'next', parameter: 'cursor' };
    const connector = makeConnector(
      {
        parameters: {
          baseUri: { title: 'Address', format: 'uri', required: true },
          other: { title: 'Other', format: 'host' },
        },
        discover: [{ url: 'https://found.example.org/&{config.baseUri}', values: { other: '?{response.host}' } }],
        hosts: ['found.example.org'],
      },
      { things: { key: ['id'], operations: { list: operation({ records: 'rows', paginator }) } } },
    );
    await withAnswers([{ body: { rows: [] } }], async (baseUri, asked) => {
      const sent: string[] = [];
      const client = connect(connector, { parameters: { baseUri, other: 'acme.example.net' } });
      await readAll(client, 'things.list');
      expect(asked).toHaveLength(1);
      for (const url of [
        'http://10.0.0.1/',
        'https://evil.example/',
        `${baseUri.replace('127.0.0.1', 'localhost')}/`,
      ]) {
        expect(() => client.inside.guard.assertHost(url)).toThrow(/not among the hosts|not a public address/);
        sent.push(url);
      }
      expect(() => client.inside.guard.assertHost('https://found.example.org/x')).not.toThrow();
    });
  });

  test('a default in a manifest reads no variable; the value of a client does', async () => {
    const parameters = {
      baseUri: { title: 'Address', format: 'uri', required: true },
      tag: { title: 'Tag' },
    };
    const connector = makeConnector(
      { parameters, headers: { 'X-Tag': '?{config.tag}' } },
      {
        things: { key: ['id'], operations: { call: operation() } },
      },
    );
    await withAnswers([{}], async (baseUri, asked) => {
      const client = connect(connector, { parameters: { baseUri, tag: 'is-${PLANTED}' } });
      await client.call(client.operation('things', 'call'), {}, signal);
      expect(asked[0]?.headers).toMatchObject({ 'x-tag': 'is-planted-value' });
      expect(() => connect(connector, { parameters: { baseUri, tag: '${MISSING}' } })).toThrow(/MISSING/);
    });
  });
});

describe('a base URL that is known only after a call', () => {
  const connector = makeConnector(
    {
      parameters: {
        baseUri: { title: 'Address', format: 'uri', required: true },
        site: { title: 'Site', required: true },
        cloudId: { title: 'Cloud' },
      },
      discover: [
        {
          url: '&{config.baseUri}/accessible',
          signedIn: true,
          values: { cloudId: '?{let $site = config.site in response[?name == $site].id | [0]}' },
          missing: 'The user cannot reach this site: check its name, and that the application was granted it',
        },
      ],
      baseUrl: '&{config.baseUri}/ex/&{config.cloudId}',
    },
    { things: { key: ['id'], operations: { call: operation() } } },
  );

  test('is asked for once, signed in', async () => {
    const body = [
      { id: 'c1', name: 'other' },
      { id: 'c2', name: 'acme' },
    ];
    await withAnswers([{ body }], async (baseUri, asked) => {
      const client = connect(connector, { parameters: { baseUri, site: 'acme' } });
      await client.call(client.operation('things', 'call'), {}, signal);
      await client.call(client.operation('things', 'call'), {}, signal);
      expect(asked.map(({ url }) => url)).toEqual(['/accessible', '/ex/c2/call', '/ex/c2/call']);
    });
  });

  test('is not asked for where another way to sign in needs it', async () => {
    const own = makeConnector(
      {
        ...{ parameters: { ...connector.manifest.parameters, cloudId: { title: 'Cloud' } } },
        authentications: {
          none: { title: 'None', authenticator: { type: 'none' } },
          person: { title: 'A person', authenticator: { type: 'none' }, optional: ['cloudId'] },
        },
        discover: (connector.manifest.discover ?? []).map((step) => ({ ...step, authentications: ['person'] })),
        baseUrl: "&{config.baseUri}/&{config.cloudId || 'direct'}",
      },
      { things: { key: ['id'], operations: { call: operation() } } },
    );
    await withAnswers([{ body: [{ id: 'c2', name: 'acme' }] }], async (baseUri, asked) => {
      for (const authentication of ['none', 'person']) {
        const client = connect(own, { authentication, parameters: { baseUri, site: 'acme' } });
        await client.call(client.operation('things', 'call'), {}, signal);
      }
      expect(asked.map(({ url }) => url)).toEqual(['/direct/call', '/accessible', '/c2/call']);
    });
  });

  test('says what to do when nobody tells it', async () => {
    await withAnswers([{ body: [] }], async (baseUri) => {
      const client = connect(connector, { parameters: { baseUri, site: 'acme' } });
      const error = await errorOf(client.call(client.operation('things', 'call'), {}, signal));
      expect(error).toMatchObject({ code: 'ERR_NOT_DISCOVERED', message: expect.stringContaining('check its name') });
    });
  });
});

describe('what a client adds to a connector that has entities', () => {
  const paginators = { pages: { type: 'page-number', pageParameter: 'page', stop: ['empty'] } };
  const known = makeConnector(
    {
      ...{ paginators, headers: { 'X-Known': 'yes' }, budgets: { lists: [{ requests: 40, per: '60s' }] } },
      ...{ errorMessages: ['said'], errors: [{ when: { field: 'status', equals: 404 }, then: 'empty' }] },
    },
    {
      things: {
        key: ['id'],
        operations: { list: operation({ records: '', paginator: 'pages', budgets: ['lists'], path: '/things' }) },
      },
    },
  );

  test('stands beside what the connector names', async () => {
    const definition = {
      ...{ paginators: { links: { type: 'next-url', at: 'next' } }, headers: { 'X-Own': 'yes' } },
      ...{ errorMessages: ['why'], errors: [{ when: { field: 'status', equals: 409 }, then: 'fail', class: 'data' }] },
      budgets: { own: [{ requests: 5, per: '60s' }] },
    };
    await withAnswers(
      [{ body: [{ id: 1 }] }, { status: 404 }, { status: 409, body: { why: 'own', said: 'known' } }],
      async (baseUri, asked) => {
        const windows: CallWindow[] = [];
        const budget = createMemoryCallBudget();
        const take: typeof budget.take = (name, taken, calls) => {
          windows.push(...taken);
          return budget.take(name, taken, calls);
        };
        const client = connect(known, { parameters: { baseUri }, definition }, { budget: { ...budget, take } });
        expect((await readAll(client, 'things.list')).rows).toEqual([{ id: 1 }]);
        expect(asked[0]?.headers).toMatchObject({ 'x-known': 'yes', 'x-own': 'yes' });
        expect(windows).toContainEqual({ scope: 'lists', requests: 40, perMs: 60_000 });
        expect(await errorOf(readAll(client, 'things.list'))).toMatchObject({
          message: expect.stringMatching(/: own$/),
        });
        client.close();
      },
    );
  });
});

describe('entities that a client defines', () => {
  const open = makeConnector({ clientEntities: true }, {});
  const orders = {
    title: 'Orders',
    key: ['id'],
    operations: {
      list: {
        title: 'Lists orders',
        method: 'GET',
        path: '/orders',
        records: 'data',
        paginator: 'pages',
        queryParameters: { open: 'boolean' },
      },
    },
  };
  const definition = {
    paginators: { pages: { type: 'next-url', at: 'next' } },
    errors: [{ when: { field: 'body.ok', equals: false }, then: 'fail', messageAt: 'why' }],
    entities: { orders },
  };

  test('are read like those of a connector', async () => {
    await withServer(
      (request, response) => {
        const next = request.url === '/orders' ? '/orders?page=2' : null;
        answerJson(response, 200, { data: [{ id: request.url }], next });
      },
      async (baseUri) => {
        const client = connect(open, { parameters: { baseUri }, definition });
        expect((await readAll(client, 'orders.list')).rows).toEqual([{ id: '/orders' }, { id: '/orders?page=2' }]);
      },
    );
  });

  test('and its rules hold', async () => {
    await withAnswers([{ body: { ok: false, why: 'closed on Sundays' } }], async (baseUri) => {
      const error = await errorOf(readAll(connect(open, { parameters: { baseUri }, definition }), 'orders.list'));
      expect(error).toMatchObject({ code: 'ERR_REFUSED', message: expect.stringContaining('closed on Sundays') });
    });
  });

  test.each([
    [
      { entities: { orders: { ...orders, kee: [] } } },
      /spec\.definition\.entities\.orders\.kee: unknown key \(did you mean "key"\?\)/,
    ],
    [
      { entities: { orders } },
      /spec\.definition\.entities\.orders\.operations\.list\.paginator: unknown paginator "pages"/,
    ],
    [{ paginator: {} }, /spec\.definition\.paginator: unknown key \(did you mean "paginators"\?\)/],
    [{ headers: { 'X-A': '&{secret.x}' } }, /spec\.definition\.headers\.X-A: unknown name "secret"/],
    [{ entities: { orders: 5 } }, /spec\.definition\.entities\.orders: must be object/],
  ])('a wrong definition %# is refused with its path', (wrong, message) => {
    expect(() => connect(open, { parameters: { baseUri: 'https://a.example' }, definition: wrong })).toThrow(message);
  });
});
