import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { AnySchema, ValidateFunction } from 'ajv/dist/2020.js';
import { buildValidators, schemasAtStart } from '../../scripts/validators.ts';
import { createAjv, validatorName } from '../../src/core/schema-compiler.ts';

/** Values of which some pass and some fail each schema, in many ways. */
const VALUES: readonly unknown[] = [
  null,
  7,
  [],
  {},
  { surprise: true },
  { version: 2, name: 'Wrong Name', parameters: { a: { secret: 'yes' } }, operations: [] },
  { name: 'things', key: ['id'], operations: { list: { method: 'get', path: '/things', records: '' } } },
  [{ requests: 0, per: '1x' }, { concurrency: 4 }, { other: 1 }],
  { field: 'a', equals: 1, matches: 5 },
  { type: 'bearer', token: '' },
];

test('validators of the build find what those compiled at run time find, and fill in the same defaults', () => {
  const validators = load(buildValidators());
  const ajv = createAjv();
  const differing: unknown[] = [];
  let failed = 0;
  for (const schema of schemasAtStart()) {
    const built = validators[validatorName(schema)];
    const compiled = ajv.compile(schema as AnySchema);
    for (const value of VALUES) {
      const [one, other] = [outcome(built, value), outcome(compiled, value)];
      if (other.errors) failed += 1;
      if (JSON.stringify(one) !== JSON.stringify(other)) differing.push({ schema, value, one, other });
    }
  }
  expect(differing).toEqual([]);
  expect(failed).toBeGreaterThan(100);
});

function outcome(validate: ValidateFunction | undefined, value: unknown): { value: unknown; errors: unknown } {
  const copy = structuredClone(value);
  validate?.(copy);
  return { value: copy, errors: validate?.errors };
}

function load(code: string): Readonly<Record<string, ValidateFunction>> {
  const folder = path.resolve('node_modules/.cache');
  mkdirSync(folder, { recursive: true });
  const place = mkdtempSync(path.join(folder, 'validators-'));
  try {
    const file = path.join(place, 'validators.cjs');
    writeFileSync(file, code);
    return createRequire(file)(file) as Readonly<Record<string, ValidateFunction>>;
  } finally {
    rmSync(place, { recursive: true });
  }
}
