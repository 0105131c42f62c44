import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Api } from '../../src/cli/api.ts';
import { runSavedTests } from '../../src/cli/commands/test.ts';
import { until } from '../support/with-platform.ts';
import { withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';

const chain = (value: string, tests: object[] = []) => ({
  kind: 'transformer',
  identifier: 'titles',
  spec: { transformers: [{ type: 'set', fields: { title: value } }], tests },
});
const good = { name: 'A title', input: { id: 7 }, expected: [{ id: 7, title: 'No. 7' }] };
const submit = (document: object) => [{ source: 'x.json', document }];

beforeAll(async () => {
  await app.apply(chain('No. &{id}', [good]), { kind: 'storage', identifier: 'ids', spec: {} });
});

describe('the tester', () => {
  test('runs steps of the request', async () => {
    const steps = [
      { type: 'set', fields: { a: 1 } },
      { type: 'chain', use: 'titles' },
    ];
    const reply = await app.post(`${API}/transformers/test`, { steps, records: [{ id: 7 }] });
    expect(reply).toMatchObject({
      status: 200,
      body: { results: [{ output: [{ id: 7, a: 1, title: 'No. 7' }], stopped: false }] },
    });
  });

  test('runs the steps of a document, and keeps nothing in storages', async () => {
    const steps = [{ type: 'alumio-storage-save', storage: 'ids', storageKey: 'k' }];
    const reply = await app.post(`${API}/transformers/test`, { steps, records: [{ id: 7 }] });
    expect(reply.status).toBe(200);
    expect(await app.get(`${API}/storages/ids/entries/k`)).toMatchObject({ status: 404 });
    const document = { kind: 'transformer', identifier: 'titles' };
    const named = await app.post(`${API}/transformers/test`, { document, records: [{ id: 1 }] });
    expect(named.body).toMatchObject({ results: [{ output: [{ title: 'No. 1' }] }] });
  });

  test.each([
    [{ records: [{}] }, 400],
    [{ steps: [] }, 400],
    [{ steps: [{ type: 'sett' }], records: [{}] }, 400],
    [{ document: { kind: 'route', identifier: 'nowhere' }, records: [{}] }, 404],
    [{ task: '999' }, 404],
    [{ steps: [{ type: 'set', fields: { a: 1 } }], records: [{}], until: 'steps[1]' }, 400],
  ])('%j answers %p', async (body, status) => {
    expect(await app.post(`${API}/transformers/test`, body)).toMatchObject({ status });
  });
});

describe('saved tests', () => {
  test('run on request', async () => {
    const reply = await app.post(`${API}/tests/run`, {});
    expect(reply.body).toMatchObject({
      results: [{ kind: 'transformer', identifier: 'titles', test: 'A title', passed: true }],
    });
    expect(await app.post(`${API}/tests/run`, { identifiers: ['nowhere'] })).toMatchObject({ status: 404 });
  });

  test('refuse a change that they fail on, unless they are skipped', async () => {
    const changed = chain('Nr. &{id}', [good]);
    const refused = await app.post(`${API}/documents/apply`, { documents: submit(changed) });
    expect(refused).toMatchObject({ status: 409, body: { code: 'ERR_TESTS_FAILED' } });
    expect(refused.body['message']).toContain('[0].title is "Nr. 7", expected "No. 7"');
    expect(await app.send('PUT', `${API}/documents/transformer/titles`, changed)).toMatchObject({ status: 409 });
    expect((await app.get(`${API}/documents/transformer/titles`)).text).toContain('No. &{id}');
    expect(await app.send('PUT', `${API}/documents/transformer/titles?skipTests=true`, changed)).toMatchObject({
      status: 200,
    });
    expect((await app.post(`${API}/tests/run`, {})).body).toMatchObject({ results: [{ passed: false }] });
    await app.apply(chain('No. &{id}', [good]));
  });

  test.each([
    [{ name: 'T', input: { id: 1 } }, 'cannot fail'],
    [{ name: 'T', input: { id: 1 }, expected: [] }, 'expected'],
    [{ name: 'T', input: { id: 1 }, expected: [{}] }, 'expected'],
    [{ name: 'T', input: { id: 1 }, dropped: true, error: 'x' }, 'needs one of'],
    [{ ...good }, 'another test has this name'],
  ])('%j is refused', async (saved, message) => {
    const reply = await app.post(`${API}/documents/apply`, { documents: submit(chain('No. &{id}', [good, saved])) });
    expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_DOCUMENTS_INVALID' } });
    expect(reply.body['message']).toContain(message);
  });
});

/** The command line's way to the API, without the network. */
const api = {
  request: async (method: string, path: string, body: unknown) => (await app.send(method, API + path, body)).body,
} as unknown as Api;

describe('a test made of a task', () => {
  const outgoing = (title: string) => ({
    ...{ kind: 'outgoing', identifier: 'report' },
    spec: { publisher: { type: 'none' }, transformers: [{ type: 'set', fields: { title } }] },
  });

  test('is kept with the document, and refuses a change that makes something else of the record', async () => {
    await app.apply(
      outgoing('No. &{value.n}'),
      { kind: 'incoming', identifier: 'rows', spec: { subscriber: { type: 'storage', storage: 'ids' } } },
      { kind: 'route', identifier: 'nightly', spec: { incoming: 'rows', outgoing: 'report' } },
    );
    await app.platform.store.storages.put('ids', 'k', JSON.stringify({ n: 7 }));
    expect(await app.post(`${API}/incomings/rows/runs`, {})).toMatchObject({ status: 202 });
    const tasks = async () =>
      (await app.get(`${API}/tasks?route=nightly`)).body['items'] as { id: number; state: string }[];
    await until(async () => (await tasks())[0]?.state === 'finished');
    const document = { kind: 'route', identifier: 'nightly' };
    const tried = await app.post(`${API}/transformers/test`, { document, incoming: 'rows' });
    expect(tried.body).toMatchObject({
      results: [{ input: { key: 'k', value: { n: 7 } }, output: [{ title: 'No. 7' }], steps: [{ type: 'set' }] }],
    });
    expect(await app.post(`${API}/transformers/test`, { incoming: 'rows' })).toMatchObject({ status: 200 });
    expect(await app.post(`${API}/transformers/test`, { incoming: 'nowhere' })).toMatchObject({ status: 404 });
    const made = await app.post(`${API}/tasks/${(await tasks())[0]?.id ?? 0}/to-test`, { name: 'Seven' });
    expect(made).toMatchObject({ status: 201, body: { kind: 'outgoing', identifier: 'report' } });

    const { lines, isGood } = await runSavedTests(api, ['report'], { json: false });
    expect([isGood, lines.at(-1)]).toEqual([true, '1 passed, 0 failed']);
    const stored = (await app.get(`${API}/documents/outgoing/report`)).body as { spec: { tests: object[] } };
    const changed = { ...outgoing('Nr. &{value.n}') };
    const withTest = { ...changed, spec: { ...changed.spec, tests: stored.spec.tests } };
    const refused = await app.post(`${API}/documents/apply`, { documents: submit(withTest) });
    expect(refused).toMatchObject({ status: 409, body: { code: 'ERR_TESTS_FAILED' } });

    await app.post(`${API}/documents/apply`, { documents: submit(withTest), skipTests: true });
    const failed = await runSavedTests(api, ['report'], { json: false });
    expect(failed.isGood).toBe(false);
    expect(failed.lines).toEqual(expect.arrayContaining(['    - "No. 7"', '    + "Nr. 7"', '0 passed, 1 failed']));
    expect(JSON.parse((await runSavedTests(api, ['report'], { json: true })).lines[0] ?? '')).toMatchObject({
      ok: false,
    });
  });
});
