import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withListTexts } from '../../src/store/list-text.ts';
import { describeEngines } from '../support/engines.ts';
import { openTestStore, type TestStore } from '../support/with-store.ts';

/** Items that a list has to mark, or that could be taken for something else. */
const ODD = [
  'plain',
  '',
  'null',
  'NULL',
  'a,b',
  '{1}',
  '"',
  '\\',
  String.raw`\"`,
  'line\nbreak\ttab',
  ' space ',
  'äöü €😀',
  '1',
];

describeEngines('lists as parameters', ['embedded', 'postgres'], (engine) => {
  let opened: TestStore;

  beforeAll(async () => {
    opened = await openTestStore(engine);
  });

  afterAll(() => opened.close());

  const back = async (type: string, list: readonly unknown[]): Promise<unknown> => {
    const { rows } = await opened.database.query<{ list: unknown }>(`SELECT $1::${type}[] AS list`, [list]);
    return rows[0]?.list;
  };

  test.each([
    ['text without marks', 'text', ['a', 'b c', 'ä']],
    ['text with marks', 'text', ODD],
    ['text and nothing', 'text', [...ODD, null]],
    ['numbers', 'int', [1, -2, 2_147_483_647]],
    ['numbers and nothing', 'int', [1, null, 3]],
    ['nothing at all', 'text', [null, null]],
    ['an empty list', 'text', []],
    ['truth values', 'boolean', [true, false, null]],
    ['fractions', 'float8', [0.5, -1e21]],
    ['lists in a list', 'text', [ODD, ODD.toReversed()]],
  ])('%s come back as they went', async (_name, type, list) => {
    expect(await back(type, list)).toEqual(list);
  });

  test('what is missing in a list is nothing', async () => {
    expect(await back('text', ['a', undefined])).toEqual(['a', null]);
  });
});

test('values that are no lists stay as they are', () => {
  const bytes = Buffer.from('x');
  expect(withListTexts(['{a}', 1, null, undefined, bytes])).toEqual(['{a}', 1, null, undefined, bytes]);
});
