import { describe, expect, test } from '@jest/globals';
import type { DataRecord } from '../../src/core/record.ts';
import { errorOf } from '../http/test-transport.ts';
import { CREATE, publish, type Sent, UPDATE } from './with-publisher.ts';

const one = { path: '/things/{id}', pathParameters: { id: 'string' } };
const GET = { title: 'Reads a thing', method: 'GET', ...one };
const DELETE = { title: 'Removes a thing', method: 'DELETE', ...one };
const LIST = { title: 'Lists things', method: 'GET', path: '/things', records: '', paginator: 'single' };
const ENTITY = { operations: { list: LIST, get: GET, create: CREATE, update: UPDATE, delete: DELETE } };

/** No index of the target's records yet. */
const NEVER_LOOKED_THROUGH = null;
const writes = (sent: readonly Sent[]): Sent[] => sent.filter(({ call }) => !call.startsWith('GET'));
const codes = (results: readonly object[]): unknown[] =>
  results.map((result) =>
    'error' in result ? (result.error as { code: string }).code : (result as { kind: string }).kind,
  );

/** A system that knows one thing, 45. */
function knows(thing: object): (sent: Sent) => { status?: number; body?: unknown } {
  return ({ call }) => (call.startsWith('GET') ? { body: { id: 45, ...thing } } : { body: { id: 7 } });
}

describe('actions', () => {
  test('"create" leaves alone what the target has, or fails it', async () => {
    const records = [{ name: 'new' }, { name: 'known' }];
    const { results, sent } = await publish(ENTITY, { action: 'create' }, records, knows({}), { k1: '45' });
    expect(sent).toEqual([{ call: 'POST /things', body: { name: 'new' } }]);
    expect(results).toMatchObject([{ kind: 'done' }, { kind: 'skipped', error: { code: 'ERR_RECORD_EXISTS' } }]);
    const strict = await publish(ENTITY, { action: 'create', onExisting: 'fail' }, records, knows({}), { k1: '45' });
    expect(strict.results[1]).toMatchObject({ kind: 'failed', error: { code: 'ERR_RECORD_EXISTS' } });
  });

  test('"update" fails what the target has not, or leaves it alone', async () => {
    const records = [{ name: 'new' }, { name: 'known' }];
    const { results, sent } = await publish(ENTITY, { action: 'update' }, records, knows({}), { k1: '45' });
    expect(sent).toEqual([{ call: 'PATCH /things/45', body: { name: 'known' } }]);
    expect(results).toMatchObject([{ kind: 'failed', error: { code: 'ERR_RECORD_ABSENT' } }, { kind: 'done' }]);
    const lenient = await publish(ENTITY, { action: 'update', onMissing: 'skip' }, records, knows({}), { k1: '45' });
    expect(lenient.results[0]).toMatchObject({ kind: 'skipped', error: { code: 'ERR_RECORD_ABSENT' } });
  });

  test('what is gone in the source is left alone, deleted by its link, or updated with fields that say so', async () => {
    const gone = [{ name: 'known', $deleted: true }];
    const links = { k0: '45' };
    const left = await publish(ENTITY, {}, gone, knows({}), links);
    expect(left).toMatchObject({ sent: [], results: [{ kind: 'skipped', error: { code: 'DELETED_IN_SOURCE' } }] });
    const removed = await publish(ENTITY, { deleted: 'delete' }, gone, knows({}), links);
    expect(removed).toMatchObject({ sent: [{ call: 'DELETE /things/45' }], results: [{ kind: 'done' }] });
    const deletedFields = { inactive: true, note: 'was &{name}' };
    const marked = await publish(ENTITY, { deleted: 'update', deletedFields }, gone, knows({}), links);
    expect(marked.sent).toEqual([{ call: 'PATCH /things/45', body: { inactive: true, note: 'was known' } }]);
    const unknown = await publish(ENTITY, { deleted: 'delete' }, gone, knows({}));
    expect(unknown).toMatchObject({ sent: [], results: [{ kind: 'skipped', error: { code: 'ERR_RECORD_ABSENT' } }] });
  });

  test('options that cannot work are refused when the configuration is loaded', async () => {
    const bare = { operations: { create: CREATE } };
    const refused = (entity: object, options: object): Promise<unknown> => errorOf(publish(entity, options, []));
    expect(await refused(bare, { skipUnchanged: true })).toMatchObject({ code: 'ERR_READ_MISSING' });
    expect(await refused(bare, { fieldRules: { a: 'when-empty' } })).toMatchObject({ code: 'ERR_READ_MISSING' });
    expect(await refused(bare, { deleted: 'delete' })).toMatchObject({ code: 'ERR_OPERATION_UNKNOWN' });
    expect(await refused(ENTITY, { deleted: 'update' })).toMatchObject({ code: 'ERR_DELETED_FIELDS_MISSING' });
    const pattern = { match: [{ fields: ['a'], exclude: { patterns: ['(a'] } }] };
    expect(await refused(ENTITY, pattern)).toMatchObject({ code: 'ERR_PATTERN' });
  });
});

describe('match rules', () => {
  const match = (rule: object, record: DataRecord, matches: Record<string, string[]>) =>
    publish(ENTITY, { match: [rule], batch: {} }, [record], knows({}), {}, matches);

  test.each([
    ['trim and case', { normalise: ['trim', 'case'] }, { f: ' AB-1 ' }, 'ab-1'],
    ['mac', { normalise: ['mac'] }, { f: 'AA-BB-CC-00-11-22' }, 'aabbcc001122'],
    ['digits by field', { normalise: { f: ['digits'] } }, { f: '+49 (30) 12' }, '493012'],
    ['leading zeros', { normalise: ['leading-zeros'] }, { f: '00042' }, '42'],
    ['numbers', {}, { f: 42 }, '42'],
    ['a scope', { normalise: ['case'], scope: ['c'] }, { f: 'A', c: 'X' }, '["a","X"]'],
  ])('look records up by comparable values: %s', async (_, rule, record, value) => {
    const { sent } = await match({ fields: ['f'], ...rule }, record, { [value]: ['45'] });
    expect(writes(sent)[0]?.call).toBe('PATCH /things/45');
  });

  test.each([
    ['placeholders', { exclude: { placeholders: true } }, 'To Be Filled By O.E.M.'],
    ['one sign only', { exclude: { placeholders: true } }, 'XXXXXX'],
    ['zeros with separators', { exclude: { placeholders: true } }, '00:00:00:00:00:00'],
    ['a list, whatever its case', { exclude: { values: ['n.a.'] } }, ' N.A. '],
    [
      'a list, after the normalisers',
      { normalise: ['mac'], exclude: { values: ['02:00:00:00:00:01'] } },
      '020000000001',
    ],
    ['patterns', { exclude: { patterns: ['^VMware-'] } }, 'VMware-42 1a'],
    ['what is no address', { normalise: ['mac'] }, 'not a mac'],
    ['emptiness', { normalise: ['digits'] }, 'none'],
  ])('are passed over for values that many share: %s', async (_, rule, value) => {
    const everything = new Proxy({}, { get: () => ['45'], has: () => true }) as Record<string, string[]>;
    const { sent } = await match({ fields: ['f'], ...rule }, { f: value }, everything);
    expect(writes(sent).map(({ call }) => call)).toEqual(['POST /things']);
  });

  test.each([
    ['fail', ['ERR_MATCH_AMBIGUOUS'], []],
    ['skip', ['ERR_MATCH_AMBIGUOUS'], []],
    ['first', ['done'], ['PATCH /things/9']],
    ['newest', ['done'], ['PATCH /things/100']],
  ])('that several records fit: %s', async (onSeveral, outcome, calls) => {
    const { results, sent } = await match({ fields: ['f'], onSeveral }, { f: 'x' }, { x: ['45', '9', '100'] });
    expect(codes(results)).toEqual(outcome);
    expect(results[0]?.kind).toBe({ fail: 'failed', skip: 'skipped', first: 'done', newest: 'done' }[onSeveral]);
    expect(writes(sent).map(({ call }) => call)).toEqual(calls);
    const told = JSON.stringify(results[0], (key, value: unknown) =>
      key === 'error' ? (value as Error).message : value,
    );
    expect(told).toContain('(ids 45, 9, 100)');
  });

  test('are tried in order, after the link', async () => {
    const rules = { match: [{ fields: ['foreign_id'] }, { fields: ['serial'] }] };
    const matches = { F: ['1'], S: ['2'] };
    const records = [{ foreign_id: 'F', serial: 'S' }, { serial: 'S' }, { foreign_id: 'F' }];
    const { sent } = await publish(ENTITY, rules, records, knows({}), { k2: '45' }, matches);
    expect(writes(sent).map(({ call }) => call)).toEqual(['PATCH /things/1', 'PATCH /things/2', 'PATCH /things/45']);
  });

  test('a rule whose fields the target shows nowhere is an error, or passed over where it is optional', async () => {
    const lists = ({ call }: Sent) => ({ body: call === 'GET /things' ? [{ id: 45, name: 'another' }] : { id: 7 } });
    const send = (rule: object) =>
      publish(ENTITY, { match: [rule], batch: {} }, [{ foreign: 'a' }], lists, {}, NEVER_LOOKED_THROUGH);
    const strict = await send({ fields: ['foreign'] });
    expect(strict.results).toMatchObject([{ kind: 'failed', error: { code: 'ERR_MATCH_FIELD_ABSENT' } }]);
    expect(writes(strict.sent)).toEqual([]);
    const lenient = await send({ fields: ['foreign'], optional: true });
    expect(lenient.results).toMatchObject([{ kind: 'done', targetId: '7' }]);
    expect(writes(lenient.sent)).toEqual([{ call: 'POST /things', body: { foreign: 'a' } }]);
  });
});

describe('rules of fields', () => {
  const fieldRules = { owner: 'when-empty', type: 'create-only', hint: 'never' };
  const record = { name: 'a', owner: 'me', type: 't', hint: 'h' };

  test('apply to what is created and to what is updated, by what the target has', async () => {
    const options = { fieldRules, defaults: { type: 'other', site: 'site of &{name}' } };
    const created = await publish(ENTITY, options, [record, { name: 'b' }], knows({}));
    expect(created.sent.map(({ body }) => body)).toEqual([
      { name: 'a', owner: 'me', type: 't', site: 'site of a' },
      { name: 'b', type: 'other', site: 'site of b' },
    ]);
    const empty = await publish(ENTITY, options, [record], knows({ owner: '' }), { k0: '45' });
    expect(writes(empty.sent)[0]?.body).toEqual({ name: 'a', owner: 'me' });
    const taken = await publish(ENTITY, options, [record], knows({ owner: 'you' }), { k0: '45' });
    expect(writes(taken.sent)[0]?.body).toEqual({ name: 'a' });
  });

  test('finish a record as unchanged when they leave nothing to send', async () => {
    const { results, sent } = await publish(ENTITY, { fieldRules }, [{ owner: 'me' }], knows({ owner: 'you' }), {
      k0: '45',
    });
    expect(writes(sent)).toEqual([]);
    expect(results).toMatchObject([{ kind: 'done', targetId: '45', note: { code: 'UNCHANGED' } }]);
  });

  test.each([
    [{ count: '7', at: null, tags: ['a'], owner: { name: 'x' } }, true],
    [{ count: 8 }, false],
    [{ tags: ['a', 'b'] }, false],
    [{ owner: { name: 'y' } }, false],
    [{ extra: 'new' }, false],
    [{ extra: '' }, true],
  ])('send nothing where nothing would change: %j', async (sent, isUnchanged) => {
    const stored = { count: 7, tags: ['a'], owner: { name: 'x', more: 1 } };
    const result = await publish(ENTITY, { skipUnchanged: true }, [sent], knows(stored), { k0: '45' });
    expect(writes(result.sent)).toHaveLength(isUnchanged ? 0 : 1);
  });
});

describe('answers', () => {
  const many = (answer: object) => ({
    operations: {
      post: { title: 'Stores', method: 'POST', path: '/things', answer, body: { wrap: 'array', maxBatch: 9 } },
    },
  });
  const records = [{ ref: 'a' }, { ref: 'b' }, { ref: 'c' }];
  const send = (answer: object, body: unknown) =>
    publish(many(answer), { batch: { size: 9 } }, records, () => ({ body }));

  test('are told apart by a key, and refuse single records', async () => {
    const answer = { records: 'rows', key: { record: 'ref', row: 'ref' }, failed: 'error', message: 'error.text' };
    const { results, sent } = await send(answer, {
      rows: [
        { ref: 'c', id: 3 },
        { ref: 'b', error: { text: 'too long' } },
        { ref: 'a', id: 1 },
      ],
    });
    expect(sent).toHaveLength(1);
    expect(results).toMatchObject([
      { kind: 'done', targetId: '1' },
      { kind: 'failed', error: { code: 'ERR_ROW_REFUSED', message: expect.stringContaining('too long') } },
      { kind: 'done', targetId: '3' },
    ]);
  });

  test.each([
    [{ errors: [{ index: 1, detail: 'no' }] }, { at: 'errors', message: 'detail' }],
    [{ errors: { '[1].name': ['no'] } }, { at: 'errors' }],
    [
      { errors: [{ source: { pointer: '/data/2/name' }, detail: 'no' }] },
      { at: 'errors', place: 'source.pointer', base: 1 },
    ],
  ])('name refused records by their place: %j', async (body, errors) => {
    const { results } = await send({ records: 'rows', errors }, { ...body, rows: [{ id: 1 }, { id: 3 }] });
    expect(results).toMatchObject([
      { kind: 'done', targetId: '1' },
      { kind: 'failed', error: { code: 'ERR_ROW_REFUSED', message: expect.stringContaining('no') } },
      { kind: 'done', targetId: '3' },
    ]);
  });

  test('are judged by rules of the outgoing before those of the connector', async () => {
    const responses = [
      { when: { field: 'body.code', equals: 'DUP' }, then: 'skip-record' },
      { when: { field: 'body.code', equals: 'OFF' }, then: 'fail', class: 'config', messageAt: 'body.why' },
      { when: { field: 'status', equals: 418 }, then: 'accept' },
    ];
    const status = { DUP: 400, OFF: 200, TEA: 418 } as const;
    const all = (['DUP', 'OFF', 'TEA'] as const).map((code) => ({ code }));
    const { results } = await publish(ENTITY, { responses }, all, ({ body }) => {
      const { code } = body as { code: keyof typeof status };
      return { status: status[code], body: { code, why: 'switched off', id: 5 } };
    });
    expect(results.map(({ kind }) => kind)).toEqual(['skipped', 'failed', 'done']);
    expect(results[1]).toMatchObject({ error: { class: 'config', code: 'ERR_REFUSED' } });
  });

  test('yield links and records that follow', async () => {
    const responseTransformers = [
      {
        type: 'map',
        fields: { '$link.key': 'other-&{key}', '$link.id': '&{answer.parent}' },
      },
    ];
    const { results } = await publish(ENTITY, { responseTransformers }, [{ a: 1 }], () => ({
      body: { id: 5, parent: 9 },
    }));
    expect(results).toMatchObject([{ kind: 'done', links: [{ key: 'other-k0', targetId: '9' }], followUps: [] }]);
  });

  test('whose steps fail leave the record stored and say so', async () => {
    const responseTransformers = [{ type: 'fail', message: 'not like this' }];
    const { results } = await publish(ENTITY, { responseTransformers }, [{ a: 1 }], () => ({ body: { id: 5 } }));
    expect(results).toMatchObject([{ kind: 'failed', targetId: '5', error: { code: 'ERR_RESPONSE_TRANSFORMERS' } }]);
  });
});

describe('a write that is verified', () => {
  /** A system that keeps the field "tag" only from the nth write on. */
  function keepsFrom(nth: number) {
    let count = 0;
    return ({ call }: Sent) => {
      if (!call.startsWith('GET')) count += 1;
      return { body: { id: 45, name: 'a', tag: count >= nth ? 'x' : '' } };
    };
  }
  const send = (nth: number) =>
    publish(ENTITY, { verifyWrite: ['tag', 'absent'] }, [{ name: 'a', tag: 'x' }], keepsFrom(nth));

  test.each([
    [1, ['POST /things'], 'done'],
    [2, ['POST /things', 'PATCH /things/45'], 'done'],
    [3, ['POST /things', 'PATCH /things/45'], 'ERR_WRITE_NOT_KEPT'],
  ])('is written once more when a field did not stay: kept from write %i', async (nth, calls, outcome) => {
    const { results, sent } = await send(nth);
    expect(writes(sent).map(({ call }) => call)).toEqual(calls);
    expect(codes(results)).toEqual([outcome]);
    expect(results).toMatchObject([{ targetId: '45' }]);
  });
});
