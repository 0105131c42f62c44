import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/core/errors.ts';
import type { DataRecord } from '../../src/core/record.ts';
import { scriptsForTests } from '../support/scripts.ts';
import { stepRunner, type StepOutcome } from './run-step.ts';

const scripts = scriptsForTests();

function jsonata(expression: string, options: object = {}): (record?: DataRecord) => Promise<StepOutcome> {
  return stepRunner({ type: 'jsonata', expression, ...options }, scripts);
}

const RECORD = { id: 7, name: 'Ann', text: 'ABC abc', tags: ['a', 'b'] };

describe('what an expression gives', () => {
  test.each([
    ['$', [RECORD]],
    ['{ "key": id }', [{ key: 7 }]],
    ['tags.{ "tag": $ }', [{ tag: 'a' }, { tag: 'b' }]],
    ['nothing', []],
    ['null', []],
    ['[]', []],
    ['{ "found": $match(text, /a(b)(x)?/i).match }', [{ found: ['AB', 'ab'] }]],
    [
      '{ "new": $replace(text, /[a-c]/, "x"), "parts": $split("a,b;c", /[,;]/) }',
      [{ new: 'ABC xxx', parts: ['a', 'b', 'c'] }],
    ],
    ['{ "found": $replace("12 cm, 13 EUR", /\\d+(?= EUR)/, "14") }', [{ found: '12 cm, 14 EUR' }]],
    ['{ "sum": $eval("1 + 1"), "none": id.constructor, "way": $lookup($, "__proto__") }', [{ sum: 2 }]],
  ])('%s', async (expression, expected) => {
    expect(await jsonata(expression)(RECORD)).toEqual(expected);
  });

  test.each([
    ['id + 1', [{ ...RECORD, id: 8 }]],
    ['nothing', [{ ...RECORD, id: null }]],
    ['tags', [{ ...RECORD, id: ['a', 'b'] }]],
  ])('%s, put into a field', async (expression, expected) => {
    expect(await jsonata(expression, { to: 'id' })(RECORD)).toEqual(expected);
  });

  test.each([
    ['id', 'ERR_SCRIPT_RESULT', 'The result is a number'],
    ['1/0', 'ERR_SCRIPT_RESULT', 'a number that JSON cannot write'],
    ['function($x) { $x }', 'ERR_SCRIPT_RESULT', 'gives a function'],
    ['{ "sum": $sum }', 'ERR_SCRIPT_RESULT', 'gives a function'],
    ['[1..8000000]', 'ERR_SCRIPT_RESULT', 'more than 8388608 characters'],
    ['$sum(name)', 'ERR_SCRIPT_FAILED', 'must be an array of "numbers" (position 5)'],
    ['$error("No SKU")', 'ERR_SCRIPT_FAILED', 'No SKU'],
    ['($down := function($n) { 1 + $down($n) }; $down(1))', 'ERR_SCRIPT_FAILED', 'more than 500 times'],
    ['$pad("x", 1000000000)', 'ERR_SCRIPT_FAILED', 'Invalid string length'],
    ['$ ~> |$|{ "constructor": { "a": 1 } }|', 'ERR_SCRIPT_FAILED', 'read only'],
  ])('%s fails', async (expression, code, message) => {
    const outcome = await jsonata(expression, { timeoutMs: 10_000 })(RECORD);
    expect(outcome).toEqual({ code, message: expect.stringContaining(message) as unknown });
  });
});

test('nothing of one record is seen by the next', async () => {
  const run = jsonata('( $first := $first ? "seen" : first; { "first": $first ? $first : "nothing" } )');
  expect(await run({ first: 'mine' })).toEqual([{ first: 'mine' }]);
  expect(await run({})).toEqual([{ first: 'nothing' }]);
});

test.each([
  ['a loop', '($again := function() { $again() }; $again())'],
  ['a long list', '$count($map([1..9999999], function($n) { $string($n) & "x" }))'],
])('%s that does not end in time is ended', async (_title, expression) => {
  expect(await jsonata(expression, { timeoutMs: 50 })()).toMatchObject({ code: 'ERR_SCRIPT_TIME' });
});

test('a regular expression that tries everything elsewhere is done at once', async () => {
  const run = jsonata('{ "found": $contains(text, /(a+)+$/) }');
  expect(await run({ text: `${'a'.repeat(50_000)}b` })).toEqual([{ found: false }]);
});

describe('a slip is told when the step is created', () => {
  test.each([
    ['{ "a": ', 'is no JSONata'],
    ['a b', 'is no JSONata: Syntax error: "b" (position 3)'],
    [
      '$contains(text, /(a)\\1/)',
      'is no JSONata: The regular expression /(a)\\1/ cannot be used: it refers back to a group',
    ],
    ['('.repeat(50_000), 'is no JSONata'],
  ])('%s', (expression, problem) => {
    expect(() => jsonata(expression)).toThrow(problem);
    expect(() => jsonata(expression)).toThrow(ConfigError);
    expect(() => jsonata(expression)).toThrow('transformers[0].expression');
  });
});
