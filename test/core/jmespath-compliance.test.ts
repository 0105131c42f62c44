import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, IntegrationError } from '../../src/core/errors.ts';
import { compileExpression } from '../../src/core/expression.ts';
import type { Json } from '../../src/core/record.ts';
import { thrown } from './thrown.ts';

interface Case {
  readonly expression: string;
  readonly result?: Json;
  readonly error?: string;
  readonly bench?: string;
}

interface Group {
  readonly given: Json;
  readonly cases: readonly Case[];
}

/** The suite that is kept here; SLUICE_TEST_JMESPATH names a folder with another version of it, which is run instead. */
const FOLDER = process.env['SLUICE_TEST_JMESPATH'] ?? fileURLToPath(new URL('./jmespath/', import.meta.url));

/** Faults that stand in the expression itself; others show only when it meets a value. */
const FOUND_ON_COMPILING = ['syntax', 'unknown-function', 'invalid-arity'];

/** Cases that the community's specification, which is the language of `&{}`, answers otherwise than the first one. */
function isSuperseded(expression: string, result: Json | undefined): boolean {
  return expression === String.raw`'\\'` && result === String.raw`\\`;
}

/** Words without quotes in backticks, which were allowed once: the community's suite keeps them apart, under "legacy". */
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.json') && !file.startsWith('legacy'),
);

function readGroups(file: string): readonly Group[] {
  return JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as readonly Group[];
}

function evaluate({ given }: Group, { expression }: Case): Json {
  return compileExpression(expression)(given) ?? null;
}

describe.each(files)('the compliance suite: %s', (file) => {
  const cases = readGroups(file).flatMap((group) => group.cases.map((each) => [each.expression, each, group] as const));
  const expected = cases.filter(([expression, { result }]) => !isSuperseded(expression, result));

  test.each(expected)('%s', (_expression, each, group) => {
    const { error, result } = each;
    if (error === undefined) {
      const found = evaluate(group, each);
      if (result !== undefined) expect(found).toEqual(result);
      return;
    }
    const kind = FOUND_ON_COMPILING.includes(error) ? ConfigError : IntegrationError;
    expect(thrown(() => evaluate(group, each))).toBeInstanceOf(kind);
  });
});

test('the suite is there', () => {
  expect(files.length).toBeGreaterThan(10);
});

describe('the community differs', () => {
  test.each([
    ['sort(@)', ['é', 'e\u0301', '𝌆', 'ﬆ', 'ﬆyle', 'ﬃ'], ['e\u0301', 'é', 'ﬃ', 'ﬆ', 'ﬆyle', '𝌆']],
    ['max(@)', ['ﬆ', '𝌆', 'é'], '𝌆'],
    ['sort_by(@, &s)[].s', [{ s: '𝌆' }, { s: 'ﬀ' }], ['ﬀ', '𝌆']],
    [String.raw`'\\'`, null, '\\'],
    ['`null` | [@]', {}, [null]],
  ] satisfies [string, Json, Json][])('%s of %j is %j', (expression, given, result) => {
    expect(compileExpression(expression)(given)).toEqual(result);
  });
});
