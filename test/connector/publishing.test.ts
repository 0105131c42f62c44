import { describe, expect, test } from '@jest/globals';
import type { DataRecord } from '../../src/core/record.ts';
import { CREATE, publish, UPDATE } from './with-publisher.ts';

describe('a target that creates and updates by different calls', () => {
  const entity = { operations: { create: CREATE, update: UPDATE } };

  test('creates what is new, and updates what is linked by its id in the path', async () => {
    const { results, sent } = await publish(
      entity,
      {},
      [{ name: 'new' }, { name: 'known' }],
      ({ call }) => (call.startsWith('POST') ? { status: 201, body: { id: 71 } } : { body: {} }),
      { k1: '45' },
    );
    expect(sent).toEqual([
      { call: 'POST /things', body: { name: 'new' } },
      { call: 'PATCH /things/45', body: { name: 'known' } },
    ]);
    expect(results).toMatchObject([
      { kind: 'done', targetId: '71' },
      { kind: 'done', targetId: '45' },
    ]);
  });

  test('says that a record cannot be updated where there is no such call', async () => {
    const { results, sent } = await publish({ operations: { create: CREATE } }, {}, [{ a: 1 }], undefined, {
      k0: '45',
    });
    expect(sent).toEqual([]);
    expect(results).toMatchObject([{ kind: 'failed', error: { code: 'ERR_UPDATE_UNSUPPORTED' } }]);
  });
});

describe('records of a batch with paths of their own', () => {
  const note = {
    ...{ title: 'Adds notes', method: 'POST', path: '/things/{thing}/notes', pathParameters: { thing: 'integer' } },
    body: { wrap: 'array', maxBatch: 10 },
  };
  const options = { parameters: { path: { thing: '?{of}' } }, batch: { size: 10 } };

  test('share a call where it is the same; one whose call cannot be made fails before anything is asked for it', async () => {
    const records = [{ of: 1, text: 'a' }, { text: 'lost' }, { of: 2, text: 'b' }, { of: 'x' }, { of: 1, text: 'c' }];
    const { results, sent, asked } = await publish({ operations: { create: note } }, options, records);
    expect(sent).toEqual([
      { call: 'POST /things/1/notes', body: [records[0], records[4]] },
      { call: 'POST /things/2/notes', body: [records[2]] },
    ]);
    expect(results.map((result) => ('error' in result ? result.error.code : result.kind))).toEqual([
      ...['done', 'ERR_PATH_PARAMETER_MISSING', 'done', 'ERR_PARAMETER_TYPE', 'done'],
    ]);
    expect(asked).toEqual(['turn', 'place', 'mark', 'turn', 'place', 'mark']);
  });
});

describe('what a record is sent as', () => {
  test('is made by the connector: JSON:API, one and many', async () => {
    const body = {
      item: { type: 'things', attributes: '&{record}', id: '?{id}' },
      envelope: { data: '&{body}' },
    };
    const records = [{ name: 'a' }, { name: 'b' }];
    const answer = { answer: { records: 'data' } };
    const one = await publish({ operations: { create: { ...CREATE, body, ...answer } } }, {}, records, () => ({
      body: { data: { id: 9 } },
    }));
    expect(one.sent.map((each) => each.body)).toEqual([
      { data: { type: 'things', attributes: { name: 'a' }, id: null } },
      { data: { type: 'things', attributes: { name: 'b' }, id: null } },
    ]);
    const bulk = { ...body, wrap: 'array', maxBatch: 10 };
    const many = await publish(
      { operations: { create: { ...CREATE, body: bulk, ...answer } } },
      { batch: { size: 10 } },
      records,
      () => ({ body: { data: [{ id: 1 }, { id: 2 }] } }),
    );
    expect(many.sent).toHaveLength(1);
    expect(many.results).toMatchObject([{ targetId: '1' }, { targetId: '2' }]);
  });

  test('is left out where the connector calls an answer no failure, and the others of its batch are sent', async () => {
    const errors = [{ when: { field: 'body.reason', equals: 'duplicate' }, then: 'skip-record' }];
    const post = { title: 'Stores', method: 'POST', path: '/things', errors, body: { wrap: 'array', maxBatch: 5 } };
    const { results } = await publish(
      { operations: { post } },
      { batch: { size: 5 } },
      [{ id: 'a' }, { id: 'twin' }, { id: 'c' }],
      ({ body }) =>
        (body as { id: string }[]).some(({ id }) => id === 'twin')
          ? { status: 409, body: { reason: 'duplicate' } }
          : { body },
    );
    expect(results.map(({ kind }) => kind)).toEqual(['done', 'skipped', 'done']);
  });
});

describe('fields', () => {
  const fields = {
    name: 'string',
    count: 'integer',
    price: 'number',
    active: 'boolean',
    tags: 'array',
    owner: 'object',
    at: 'date',
    made: { type: 'string', readOnly: true },
  };
  const entity = { key: [], fields, operations: { create: CREATE } };
  const send = (record: DataRecord, check?: string) =>
    publish(entity, check === undefined ? {} : { fields: check }, [record]);

  test('are cast where nothing is lost, and sent as they are where nobody knows them', async () => {
    const { sent } = await send({
      name: 7,
      count: '12',
      price: '1.5',
      active: 'false',
      tags: [],
      owner: null,
      own: {},
    });
    expect(sent[0]?.body).toEqual({ name: 7, count: 12, price: 1.5, active: false, tags: [], owner: null, own: {} });
  });

  test.each([
    [{ name: { a: 1 } }, 'ERR_FIELD_TYPE', 'Field "name" must be a text'],
    [{ count: '1.5' }, 'ERR_FIELD_NOT_INTEGER', 'Field "count" must be a whole number'],
    [{ price: 'much' }, 'ERR_FIELD_TYPE', 'Field "price" must be a number'],
    [{ active: 'perhaps' }, 'ERR_FIELD_TYPE', 'Field "active" must be true or false'],
    [{ tags: 'a,b' }, 'ERR_FIELD_TYPE', 'Field "tags" must be a list'],
    [{ owner: [1] }, 'ERR_FIELD_TYPE', 'Field "owner" must be an object'],
  ])('of another type fail their record before anything is sent: %j', async (record, code, message) => {
    const { results, sent } = await send(record);
    expect(results).toMatchObject([{ kind: 'failed', error: { code, message: expect.stringContaining(message) } }]);
    expect(sent).toEqual([]);
  });

  test('that are unknown or told by the target are refused by a strict publisher', async () => {
    expect((await send({ nmae: 'x' }, 'strict')).results).toMatchObject([
      { error: { code: 'ERR_FIELD_UNKNOWN', message: expect.stringContaining('did you mean "name"') } },
    ]);
    expect((await send({ made: 'x' }, 'strict')).results).toMatchObject([{ error: { code: 'ERR_FIELD_READ_ONLY' } }]);
    expect((await send({ name: 'x', _warning: 1, CFown: 2 }, 'strict')).results).toMatchObject([{ kind: 'done' }]);
  });

  test('are not looked at when that is switched off, but whole numbers stay whole', async () => {
    const { sent } = await send({ tags: 'a,b', active: 'perhaps' }, 'off');
    expect(sent[0]?.body).toEqual({ tags: 'a,b', active: 'perhaps' });
  });
});
