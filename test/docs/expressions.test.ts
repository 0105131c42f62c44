import { expect, test } from '@jest/globals';
import { FUNCTION_NAMES } from '../../src/core/expression-functions.ts';
import type { Json } from '../../src/core/record.ts';
import { compileCondition } from '../../src/core/conditions.ts';
import { compileTemplate } from '../../src/core/templates.ts';
import { CONDITION_SCHEMA } from '../../src/core/conditions.ts';
import { blocksOf, readPages } from './pages.ts';

const page = readPages().find(({ file }) => file === 'docs/expressions.md');
if (!page) throw new Error('docs/expressions.md is missing');
const [record = '', condition = ''] = blocksOf(page, 'json');

/** Rows of the table under "template | gives". */
const rows = (page.text.split('| template | gives |\n|---|---|\n')[1]?.split('\n\n')[0] ?? '')
  .split('\n')
  .map(
    (line) =>
      /^\| (`+)(.*)\1 \| `(.*)` \|$/.exec(line.replaceAll(String.raw`\|`, '|'))?.slice(2) ?? [line, 'unreadable'],
  );

test.each(rows)('the template %s gives %s', (template = '', result = '') => {
  const { evaluate } = compileTemplate(JSON.parse(template) as Json);
  expect(evaluate(JSON.parse(record) as Json)).toEqual(JSON.parse(result));
});

test('the condition of the page can be read', () => {
  expect(compileCondition(JSON.parse(condition))({ status_id: 1, vip: true })).toBe(true);
});

test('every function and every test of a condition is named', () => {
  const names = [...FUNCTION_NAMES, ...Object.keys(CONDITION_SCHEMA.properties)];
  expect(names.filter((name) => !page.text.includes(`\`${name}\``))).toEqual([]);
});
