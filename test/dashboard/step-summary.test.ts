import { expect, test } from '@jest/globals';
import { conditionText } from '../../dashboard/src/lib/condition-words.ts';
import { stepSummary } from '../../dashboard/src/lib/step-summary.ts';

test.each([
  [{ field: 'id', lessThan: 20_004 }, 'id is less than 20004'],
  [{ field: 'status', empty: false }, 'status is not empty'],
  [{ all: [{ field: 'a', equals: 1 }, { not: { field: 'b', exists: true } }] }, 'a is exactly 1 and not (b is there)'],
  ['&{open}', '&{open}'],
])('a condition is a sentence', (condition, text) => {
  expect(conditionText(condition)).toBe(text);
});

test.each([
  [{ type: 'map', fields: { subject: '&{summary}', comment: { value: 1 } } }, 'subject ← &{summary}, comment'],
  [{ type: 'map', fields: { a: '1', b: '2', c: '3', d: '4', e: '5' } }, 'a ← 1, b ← 2, c ← 3, 2 more'],
  [
    { type: 'fail', message: 'No client', when: { field: 'client', empty: true } },
    'message: No client, when client is empty',
  ],
  [{ type: 'filter', name: 'open ones', when: '&{open}' }, 'open ones'],
  [{ type: 'pick', fields: ['id', 'name'] }, 'fields: id, name'],
])('a step says what it does', (step, text) => {
  expect(stepSummary(step)).toBe(text);
});
