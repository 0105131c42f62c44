import { fieldOf } from '../../connector/delta-window.ts';
import type { FieldManifest } from '../../connector/manifest/parameter.ts';
import type { Operation } from '../../connector/request.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import type { OperationFixture } from '../fixtures.ts';
import { isRead } from '../run-fixture.ts';
import type { Check, Teller } from '../types.ts';
import { fixturePlace } from './place.ts';

export default {
  name: 'keys',
  title: 'Every row has its key, no two rows share one, and fields are of their type',
  async run(suite, tell) {
    for (const operation of suite.operations.filter(isRead)) {
      for (const fixture of suite.fixturesOf(operation)) {
        const { rows, deviations } = await suite.run(fixture);
        if (deviations.length > 0) continue;
        checkKeys(operation, fixture, rows, tell);
        checkTypes(operation, fixture, rows, tell);
      }
    }
  },
} satisfies Check;

function checkKeys({ entity }: Operation, fixture: OperationFixture, rows: readonly DataRecord[], tell: Teller): void {
  const seen = new Map<string, number>();
  for (const [index, row] of entity.key.length === 0 ? [] : rows.entries()) {
    const lacking = entity.key.filter((field) => !isKeyPart(fieldOf(row, field)));
    const key = JSON.stringify(entity.key.map((field) => fieldOf(row, field) ?? null));
    const twin = seen.get(key);
    if (lacking.length > 0) {
      const message = `row ${index + 1} has no ${lacking.map((field) => `"${field}"`).join(' and ')}, which is its key; correct "key" of the entity, or carry it from the parent`;
      tell.fail(fixturePlace(fixture, `records[${index}]`), message);
    } else if (twin !== undefined) {
      const message = `rows ${twin + 1} and ${index + 1} share the key ${key}: add the field that tells them apart to "key"`;
      tell.fail(fixturePlace(fixture, `records[${index}]`), message);
    } else tell.pass();
    seen.set(key, index);
  }
}

/** As `recordKey` takes it: an empty text is a value. */
function isKeyPart(value: Json | undefined): boolean {
  return value !== undefined && value !== null && typeof value !== 'object';
}

function checkTypes({ entity }: Operation, fixture: OperationFixture, rows: readonly DataRecord[], tell: Teller): void {
  for (const [name, field] of Object.entries(entity.fields ?? {})) {
    const index = rows.findIndex((row) => Object.hasOwn(row, name) && !fits(row[name] ?? null, field));
    if (index === -1) continue;
    const message = `field "${name}" is said to be ${field.type}, but is ${JSON.stringify(rows[index]?.[name]).slice(0, 60)}`;
    tell.warn(fixturePlace(fixture, `records[${index}].${name}`), message);
  }
}

/** Lenient: numbers may come as text, text as numbers, and everything may be null. */
function fits(value: Json, { type }: FieldManifest): boolean {
  if (value === null) return true;
  switch (type) {
    case 'string':
    case 'date':
      return typeof value !== 'object';
    case 'integer':
      return Number.isInteger(typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && Number.isFinite(Number(value)));
    case 'boolean':
      return typeof value === 'boolean' || [0, 1, '0', '1', 'true', 'false'].includes(value as string | number);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
  }
}
