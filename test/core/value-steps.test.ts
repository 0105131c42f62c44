import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, TransformError } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/record.ts';
import { compileValueSteps, type ValueStepExample } from '../../src/core/value-step.ts';
import { valueSteps } from '../../src/core/value-steps/index.ts';
import { thrown } from './thrown.ts';
import { cpuTimeMs } from '../support/cpu-time.ts';

const FOLDER = new URL('../../src/core/value-steps/', import.meta.url);

const deps = { steps: valueSteps, variable: () => undefined };

function apply(steps: readonly object[], value: Json, record: Json = {}): Json | undefined {
  return compileValueSteps(steps, 'steps', deps)(value, record);
}

function runExample(type: string, { options, input, record }: ValueStepExample): Json | undefined {
  return apply([{ ...options, type }], input, record);
}

describe.each([...valueSteps.values()])('$type', (step) => {
  test.each(step.examples)('$input with $options', (example) => {
    const before = structuredClone(example.input);
    if (example.error === undefined) expect(runExample(step.type, example)).toEqual(example.output);
    else expect(() => runExample(step.type, example)).toThrow(example.error);
    expect(example.input).toEqual(before);
  });

  test('has two examples, a summary and a description for every option', () => {
    expect(step.examples.length).toBeGreaterThan(1);
    expect(step.summary).toMatch(/\.$/);
    const properties = step.options.properties as Record<string, { description?: string }>;
    for (const property of Object.values(properties)) expect(property.description).toBeTruthy();
  });

  test('leaves null as it is, unless it says otherwise', () => {
    const [example] = step.examples;
    if (step.handlesNull || !example) return;
    expect(apply([{ ...example.options, type: step.type }], null)).toBeNull();
  });
});

test('every file in the folder is registered and named after its type', () => {
  const files = readdirSync(FOLDER).filter((file) => file !== 'index.ts');
  expect(files.sort()).toEqual([...valueSteps.keys()].map((type) => `${type}.ts`).sort());
});

test.each([...valueSteps])('"%s" is registered under its own type', (type, step) => {
  expect(step.type).toBe(type);
});

test('a failing step names itself and its place, the innermost one', () => {
  const error = thrown(() => apply([{ type: 'each', steps: [{ type: 'trim' }, { type: 'round' }] }], ['1', 'x']));
  expect(error).toBeInstanceOf(TransformError);
  expect((error as TransformError).message).toBe('"round" needs a number, not "x"');
  expect((error as TransformError).details).toMatchObject({ valueStep: 'steps[0].steps[1]', valueStepType: 'round' });
});

test('all that is wrong with a list of steps is told at once', () => {
  const error = thrown(() =>
    compileValueSteps([{ type: 'trimm' }, { type: 'pad' }, { type: 'each', steps: [{ type: 'replace' }] }], 's', deps),
  );
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).details).toMatchObject({
    problems: [
      { path: 's[0].type', message: expect.stringContaining('did you mean "trim"') as unknown },
      { path: 's[1].length', message: 'is missing' },
      { path: 's[2].steps[0]', message: 'takes either "search" or "pattern"' },
    ],
  });
});

describe('hostile values', () => {
  test('a pattern that other engines take exponential time for is quick', () => {
    const start = cpuTimeMs();
    expect(apply([{ type: 'replace', pattern: '^(a+)+$', with: '' }], `${'a'.repeat(20_000)}!`)).toHaveLength(20_001);
    expect(cpuTimeMs() - start).toBeLessThan(5_000);
  });

  test('a text that would grow without end is refused before it is made', () => {
    const grow = { type: 'replace', search: 'a', with: 'a'.repeat(1000) };
    expect(() => apply([grow, grow, grow, grow], 'a'.repeat(10))).toThrow('would make a text of');
  });

  test.each([
    ['{"a":1e999}', 'too large'],
    ['['.repeat(600) + ']'.repeat(600), 'nested deeper'],
    ['{"a":', 'no valid JSON'],
  ])('JSON that no record can hold is refused: %.20s', (text, message) => {
    expect(() => apply([{ type: 'parse-json' }], text)).toThrow(message);
  });

  test('keys such as "__proto__" stay data', () => {
    const made = apply([{ type: 'parse-json' }], '{"__proto__":{"polluted":true}}') as object;
    expect(Object.keys(made)).toEqual(['__proto__']);
    expect(apply([{ type: 'list-to-object' }], [{ key: '__proto__', value: { polluted: true } }])).not.toHaveProperty(
      'polluted',
    );
    expect({}).not.toHaveProperty('polluted');
  });

  test('unclosed tags are gone through once', () => {
    const start = cpuTimeMs();
    apply([{ type: 'strip-tags' }], '<a'.repeat(200_000));
    apply([{ type: 'strip-tags' }], '<!-- <script '.repeat(100_000));
    expect(cpuTimeMs() - start).toBeLessThan(5_000);
  });
});
