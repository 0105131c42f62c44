import { describe, expect, test } from '@jest/globals';
import { changesOf, compileFieldRules } from '../../src/connector/publishing/field-rules.ts';
import { CREATE, publish, UPDATE } from './with-publisher.ts';

const LIST = { title: 'Lists things', method: 'GET', path: '/things', records: '', paginator: 'single' };
const ENTITY = { operations: { list: LIST, create: CREATE, update: UPDATE } };
const MATCH = { match: [{ fields: ['serial'], onSeveral: 'first' }] };

describe('a record of the target that belongs to one record of the source', () => {
  test('is passed over for the second one, which is created, and says so', async () => {
    const records = [{ serial: 'A' }, { serial: 'A' }];
    const answer = () => ({ body: { id: 7 } });
    const { results, sent } = await publish(ENTITY, { ...MATCH, oneToOne: true }, records, answer, {}, { A: ['45'] });
    expect(sent.map(({ call }) => call).sort()).toEqual(['PATCH /things/45', 'POST /things']);
    expect(results).toMatchObject([
      { kind: 'done', targetId: '45' },
      { kind: 'done', targetId: '7', note: { code: 'MATCH_TAKEN' } },
    ]);
  });

  test('is passed over where another one is linked to it, and the next that matches is taken', async () => {
    const records = [{ serial: 'B' }, { serial: 'A' }];
    const found = { A: ['45', '46'] };
    const { results } = await publish(ENTITY, { ...MATCH, oneToOne: true }, records, undefined, { k0: '45' }, found);
    expect(results[1]).toMatchObject({ kind: 'done', targetId: '46', note: { code: 'MATCH_TAKEN' } });
  });

  test('is shared where it is not asked to belong to one', async () => {
    const records = [{ serial: 'A' }, { serial: 'A' }];
    const { sent } = await publish(ENTITY, MATCH, records, undefined, {}, { A: ['45'] });
    expect(sent.map(({ call }) => call)).toEqual(['PATCH /things/45', 'PATCH /things/45']);
  });
});

describe('lists whose items have names', () => {
  const keys = { customfields: ['id', 'name'] };

  test.each([
    ['the same value under the name', { name: 'CFOwner', value: 'Ada' }, false],
    ['another value under the name', { name: 'CFOwner', value: 'Grace' }, true],
    ['the same value under the id, whatever the name', { id: 171, value: 'Ada' }, false],
    ['a new item', { name: 'CFNew', value: 1 }, true],
    ['a new item without a value', { name: 'CFNew', value: '' }, false],
  ])('%s: changes %#', (_, item, isChange) => {
    const stored = { customfields: [{ id: 171, name: 'CFOwner', value: 'Ada', label: 'Owner' }] };
    expect(changesOf({ customfields: [item] }, stored, keys).length > 0).toBe(isChange);
  });

  test('a rule about one item leaves the others, and nothing is sent of a list that has none left', () => {
    const rules = compileFieldRules({ 'customfields.CFOwner': 'create-only' }, {}, () => undefined, keys);
    const both = [
      { name: 'CFOwner', value: 'Ada' },
      { name: 'CFModel', value: 'EC-1' },
    ];
    expect(rules.forCreate({ customfields: both })).toEqual({ customfields: both });
    expect(rules.forUpdate({ customfields: both }, {})).toEqual({ customfields: both.slice(1) });
    expect(rules.forUpdate({ customfields: both.slice(0, 1) }, {})).toEqual({});
  });
});
