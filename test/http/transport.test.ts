import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createAddressGuard } from '../../src/http/address-guard.ts';
import { explainTls } from '../../src/http/network-errors.ts';
import type { HttpRequest } from '../../src/http/types.ts';
import { selfSigned } from './self-signed.ts';
import { errorOf, TIMEOUTS, withTransport } from './test-transport.ts';
import { answerJson, readBody, withServer } from './with-server.ts';

const get = (url: string): HttpRequest => ({ method: 'GET', url, repeatable: true });
const post = (url: string): HttpRequest => ({ method: 'POST', url, json: [{ id: 1 }], repeatable: false });

describe('a call', () => {
  test('sends query, headers and JSON, and parses the answer', async () => {
    const handler = async (request: Parameters<typeof readBody>[0]): Promise<unknown> => ({
      method: request.method,
      url: request.url,
      type: request.headers['content-type'],
      agent: request.headers['user-agent'],
      custom: request.headers['x-custom'],
      body: await readBody(request),
    });
    await withServer(
      (request, response) =>
        void handler(request).then((seen) => {
          answerJson(response, 201, seen);
        }),
      async (url) => {
        const request: HttpRequest = {
          ...post(`${url}/api/Asset`),
          query: { status: [1, 2], open: true, nothing: null, none: undefined, search: [], filter: { a: 1 } },
          headers: { 'x-custom': 'yes' },
        };
        const answer = await withTransport({ userAgent: 'sluice-test' }, (transport) => transport.send(request));
        expect(answer).toMatchObject({
          status: 201,
          body: {
            method: 'POST',
            url: '/api/Asset?status=1%2C2&open=true&search=&filter=%7B%22a%22%3A1%7D',
            type: 'application/json; charset=utf-8',
            agent: 'sluice-test',
            custom: 'yes',
            body: '[{"id":1}]',
          },
        });
        expect(Math.abs((answer.serverTimeMs ?? 0) - Date.now())).toBeLessThan(5_000);
        expect(answer.bytes).toBe(answer.text.length);
      },
    );
  });

  test('sends forms, and bodies that are empty', async () => {
    await withServer(
      (request, response) =>
        void readBody(request).then((body) => {
          answerJson(response, 200, [request.method, body]);
        }),
      async (url) => {
        await withTransport({}, async (transport) => {
          const form = await transport.send({ method: 'POST', url, form: { a: 'b c', d: '&' }, repeatable: true });
          expect(form.body).toEqual(['POST', 'a=b+c&d=%26']);
          for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
            expect((await transport.send({ method, url, repeatable: true })).body).toEqual([method, '']);
          }
        });
      },
    );
  });

  test('keeps its connection for the next call', async () => {
    const ports = new Set<number | undefined>();
    await withServer(
      (request, response) => {
        ports.add(request.socket.remotePort);
        answerJson(response, 200, []);
      },
      (url) =>
        withTransport({}, async (transport) => {
          for (let calls = 0; calls < 5; calls += 1) await transport.send(get(url));
        }),
    );
    expect(ports.size).toBe(1);
  });

  test('takes any status, and keeps the text of an error that is not JSON', async () => {
    await withServer(
      (_request, response) => response.writeHead(429, { 'retry-after': '7' }).end('Rate Limit Reached'),
      async (url) => {
        const answer = await withTransport({}, (transport) => transport.send(get(url)));
        expect(answer).toMatchObject({ status: 429, body: 'Rate Limit Reached', headers: { 'retry-after': '7' } });
      },
    );
  });

  test.each([
    ['an empty body', '', undefined],
    ['white space', ' \n', undefined],
    ['a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
    ['a plain value', 'null', null],
  ])('reads %s', async (_title, text, body) => {
    await withServer(
      (_request, response) => response.end(text),
      async (url) => {
        expect((await withTransport({}, (transport) => transport.send(get(url)))).body).toEqual(body);
      },
    );
  });

  test('keeps "__proto__" an ordinary key', async () => {
    await withServer(
      (_request, response) => response.end('{"__proto__":{"admin":true}}'),
      async (url) => {
        const { body } = await withTransport({}, (transport) => transport.send(get(url)));
        expect(Object.keys(body as object)).toEqual(['__proto__']);
        expect((body as { admin?: boolean }).admin).toBeUndefined();
      },
    );
  });
});

describe('an answer that is of no use', () => {
  test.each([
    [
      'text/html',
      '<html>Sign in</html>',
      'ERR_NOT_JSON',
      'answered 200 with a web page instead of JSON: check the base URI',
    ],
    ['application/json', '  <!doctype html>', 'ERR_NOT_JSON', 'web page'],
    ['application/json', '[{"id":1},{"id"', 'ERR_JSON_INVALID', 'answered 200 with JSON that is cut off or not valid'],
    ['text/plain', 'OK', 'ERR_JSON_INVALID', 'not valid'],
  ])('as %s %s is %s', async (type, text, code, message) => {
    await withServer(
      (_request, response) => response.writeHead(200, { 'content-type': type }).end(text),
      (url) =>
        withTransport({}, async (transport) => {
          const read = await errorOf(transport.send(get(`${url}/api/Tickets?x=1`)));
          expect(read).toMatchObject({ code, retryable: true, uncertain: false });
          expect((read as Error).message).toContain(message);
          expect((read as Error).message).toContain('GET 127.0.0.1');
          expect(await errorOf(transport.send(post(url)))).toMatchObject({ code, uncertain: true });
        }),
    );
  });

  test('says where a redirect leads, without its query', async () => {
    await withServer(
      (_request, response) => response.writeHead(302, { location: '/login?ticket=s3cret' }).end(),
      async (url) => {
        const error = await withTransport({}, (transport) => errorOf(transport.send(post(`${url}/api/Asset`))));
        expect(error).toMatchObject({ code: 'ERR_REDIRECTED', retryable: false, uncertain: false });
        expect((error as Error).message).toContain(`redirects to ${url}/login; redirects are not followed`);
        expect((error as Error).message).not.toContain('s3cret');
      },
    );
  });

  test('is given up as soon as it is too large, also when it is packed', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    let sent = 0;
    await withServer(
      (request, response) => {
        if (request.url === '/packed') {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
          return;
        }
        const chunk = Buffer.alloc(65_536, 0x20);
        const pump = (): void => {
          while (!response.destroyed && sent < 200_000_000) {
            sent += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', pump);
          }
        };
        pump();
      },
      (url) =>
        withTransport({}, async (transport) => {
          const plain = await errorOf(transport.send(get(`${url}/plain`)));
          expect(plain).toMatchObject({ code: 'ERR_BODY_TOO_LARGE', retryable: false });
          expect(sent).toBeLessThan(50_000_000);
          expect(await errorOf(transport.send(get(`${url}/packed`)))).toMatchObject({ code: 'ERR_BODY_TOO_LARGE' });
        }),
    );
  });
});

describe('a connection', () => {
  test('that is refused was certainly not used', async () => {
    const port = await withServer(
      () => undefined,
      (url) => Promise.resolve(new URL(url).port),
    );
    const error = await withTransport({}, (transport) => errorOf(transport.send(post(`http://127.0.0.1:${port}/x`))));
    expect(error).toMatchObject({ code: 'ERR_CONNECTION_REFUSED', retryable: true, uncertain: false });
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN'])('to a name that answers %s was certainly not used', async (code) => {
    const guard = createAddressGuard({
      allow: [],
      resolve: (_host, _options, callback) => {
        callback(Object.assign(new Error(code), { code }), []);
      },
    });
    const error = await withTransport({ guard }, (transport) =>
      errorOf(transport.send(post('http://nobody.example/x'))),
    );
    expect(error).toMatchObject({ code: 'ERR_HOST_NOT_FOUND', retryable: true, uncertain: false });
  });

  test('to a name with a private address is not opened', async () => {
    const error = await withTransport({ guard: createAddressGuard({ allow: [] }) }, (transport) =>
      errorOf(transport.send(get('http://localhost:1/'))),
    );
    expect(error).toMatchObject({ code: 'ERR_ADDRESS_BLOCKED', class: 'config' });
  });

  test('to an address that is private is not opened', async () => {
    const error = await withTransport({ guard: createAddressGuard({ allow: [] }) }, (transport) =>
      errorOf(transport.send(get('http://169.254.169.254/'))),
    );
    expect(error).toMatchObject({ code: 'ERR_ADDRESS_BLOCKED' });
  });

  test('that is lost after the request leaves a write uncertain', async () => {
    await withServer(
      (request) => request.socket.destroy(),
      (url) =>
        withTransport({}, async (transport) => {
          const code = 'ERR_CONNECTION_LOST';
          expect(await errorOf(transport.send(post(url)))).toMatchObject({ code, retryable: true, uncertain: true });
          expect(await errorOf(transport.send(get(url)))).toMatchObject({ code, uncertain: false });
        }),
    );
  });

  test('that is lost in the middle of the body is an error', async () => {
    await withServer(
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('[1,2', () => response.destroy());
      },
      async (url) => {
        const error = await withTransport({}, (transport) => errorOf(transport.send(get(url))));
        expect(error).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
      },
    );
  });

  test('with a packed body that breaks off is lost', async () => {
    await withServer(
      (_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('[1,2,3]').subarray(0, 12)),
      async (url) => {
        const error = await withTransport({}, (transport) => errorOf(transport.send(get(url))));
        expect(error).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
        expect((error as Error).message).toContain('could not be unpacked');
      },
    );
  });

  test('with a self-signed certificate is not used', async () => {
    const pair = selfSigned(new Date('2020-01-01'), new Date('2049-01-01'));
    const server = createTlsServer(pair, (_request, response) => response.end('[]'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const error = await withTransport({}, (transport) => errorOf(transport.send(post(`https://127.0.0.1:${port}/`))));
    server.close();
    expect(error).toMatchObject({ code: 'ERR_TLS', retryable: false, uncertain: false });
    expect((error as Error).message).toContain('its certificate is self-signed');
  });

  test('by https to a port that speaks http is not used', async () => {
    await withServer(
      () => undefined,
      async (url) => {
        const address = url.replace('http:', 'https:');
        const error = await withTransport({}, (transport) => errorOf(transport.send(get(address))));
        expect(error).toMatchObject({ code: 'ERR_TLS', uncertain: false });
        expect((error as Error).message).toContain('does the port serve https?');
      },
    );
  });
});

test.each([
  ['CERT_HAS_EXPIRED', 'has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'for another host name'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'does not trust'],
  ['CERT_REVOKED', 'not accepted'],
])('explains %s', (code, message) => {
  expect(explainTls(code)).toContain(message);
});

describe('time limits', () => {
  test('the TLS handshake', async () => {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const timeouts = { ...TIMEOUTS, connectMs: 60 };
    const error = await withTransport({ timeouts }, (transport) =>
      errorOf(transport.send(post(`https://127.0.0.1:${port}/`))),
    );
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT_CONNECT', retryable: true, uncertain: false });
    expect((error as Error).message).toContain('the TLS handshake took longer than 60 ms');
  });

  test('the look-up', async () => {
    const guard = createAddressGuard({ allow: [], resolve: () => undefined });
    const timeouts = { ...TIMEOUTS, connectMs: 60 };
    const error = await withTransport({ guard, timeouts }, (transport) =>
      errorOf(transport.send(post('http://x.example/'))),
    );
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT_CONNECT', uncertain: false });
  });

  test('the first byte', async () => {
    await withServer(
      () => undefined,
      async (url) => {
        const timeouts = { ...TIMEOUTS, headersMs: 60 };
        const error = await withTransport({ timeouts }, (transport) => errorOf(transport.send(post(url))));
        expect(error).toMatchObject({ code: 'ERR_TIMEOUT_HEADERS', retryable: true, uncertain: true });
      },
    );
  });

  test('silence inside the body, but not a slow body', async () => {
    await withServer(
      (request, response) => {
        response.writeHead(200);
        let drops = 0;
        const timer = setInterval(() => {
          drops += 1;
          if (drops < 6) response.write(' ');
          if (drops === 6 && request.url === '/slow') response.end('[]');
          if (drops === 6) clearInterval(timer);
        }, 40);
      },
      async (url) => {
        const timeouts = { ...TIMEOUTS, idleMs: 150 };
        await withTransport({ timeouts }, async (transport) => {
          expect((await transport.send(get(`${url}/slow`))).body).toEqual([]);
          expect(await errorOf(transport.send(get(`${url}/silent`)))).toMatchObject({ code: 'ERR_TIMEOUT_IDLE' });
        });
      },
    );
  });

  test('the whole call, also when the body drips for ever', async () => {
    await withServer(
      (_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 20);
        response.once('close', () => {
          clearInterval(timer);
        });
      },
      async (url) => {
        const timeouts = { ...TIMEOUTS, totalMs: 200 };
        const error = await withTransport({ timeouts }, (transport) => errorOf(transport.send(post(url))));
        expect(error).toMatchObject({ code: 'ERR_TIMEOUT_TOTAL', uncertain: true });
      },
    );
  });
});

describe('abort', () => {
  test('before and during a call rethrows the reason', async () => {
    await withServer(
      () => undefined,
      (url) =>
        withTransport({}, async (transport) => {
          const reason = new Error('shutting down');
          expect(await errorOf(transport.send(get(url), AbortSignal.abort(reason)))).toBe(reason);
          const controller = new AbortController();
          const sent = errorOf(transport.send(get(url), controller.signal));
          setImmediate(() => {
            controller.abort(reason);
          });
          expect(await sent).toBe(reason);
        }),
    );
  });
});

test('a call that cannot be sent at all is a bug, not a network error', async () => {
  const error = await withTransport({}, (transport) =>
    errorOf(transport.send({ ...get('http://127.0.0.1:1/'), json: [] })),
  );
  expect(error).toBeInstanceOf(TypeError);
});

test('no error carries the credentials of its call', async () => {
  await withServer(
    (request) => request.socket.destroy(),
    async (url) => {
      const request = { ...post(`${url}/x`), headers: { authorization: 'Bearer canary-token' } };
      const error = (await withTransport({}, (transport) => errorOf(transport.send(request)))) as Error;
      const { inspect } = await import('node:util');
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary-token');
    },
  );
});
