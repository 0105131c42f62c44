import type { JSONSchema } from 'json-schema-to-ts';
import { conditions } from '../../src/alumio/conditions/index.ts';
import { mappers } from '../../src/alumio/mappers/index.ts';
import type { Component, ExampleGround } from '../../src/core/component.ts';
import { type DataRecord, isRecord, type Json } from '../../src/core/record.ts';
import { valueSteps } from '../../src/core/value-steps/index.ts';
import { transformers } from '../../src/transformers/index.ts';
import { hostileRecord, pick, type Random, spoil } from './hostile.ts';

/**
 * Records in all: about five thousand, or as many as SLUICE_TEST_FUZZ says. SLUICE_TEST_SEED gives other ones.
 */
export const FUZZ = {
  records: Number(process.env['SLUICE_TEST_FUZZ'] ?? 5_000),
  seed: Number(process.env['SLUICE_TEST_SEED'] ?? 1),
};

/** What a step is tried with: an example of it, to be spoilt. */
export interface FuzzCase {
  readonly type: string;
  readonly step: DataRecord;
  readonly input: DataRecord;
  readonly given: ExampleGround | undefined;
}

/** Steps that take time of their own, or a process: a few records of them are enough. */
const DEAR: readonly string[] = ['sleep', 'javascript', 'jsonata'];

/** All examples of steps, and of value steps as rules of a map, by type. */
export function fuzzCases(): ReadonlyMap<string, readonly FuzzCase[]> {
  const steps = [...transformers.values()].flatMap(({ type, examples }) =>
    examples.map(({ options, input, given }) => ({ type, step: { ...options, type }, input, given })),
  );
  const rules = [...valueSteps.values()].flatMap(({ type, examples }) =>
    examples.map(({ options, input, record }) => ({
      type: `map with ${type}`,
      step: {
        type: 'map',
        fields: { x: { from: 'x', steps: [{ ...options, type }], onMissing: 'omit' } },
      },
      input: { ...(isRecord(record) ? record : {}), x: input },
      given: undefined,
    })),
  );
  const byType = new Map<string, FuzzCase[]>();
  for (const each of [...steps, ...rules, ...partCases()])
    byType.set(each.type, [...(byType.get(each.type) ?? []), each]);
  return byType;
}

/** Parts of steps that come from Alumio: mappers and conditions have no examples of their own. */
function partCases(): FuzzCase[] {
  const accessor = { type: 'pattern', pattern: '*' };
  const input = { text: 'a-1', number: 7, list: [1, '2', null], object: { a: true }, date: '2026-01-31T10:00:00Z' };
  const one = (kind: string, { type, options }: Component, step: (part: DataRecord) => DataRecord): FuzzCase => ({
    type: `${kind} ${type}`,
    ...{ step: step({ ...sampleOptions(options), type }), input, given: undefined },
  });
  return [
    ...[...mappers.values()].map((part) =>
      one('mapper', part, (mapper) => ({ type: 'alumio-value-mapper', accessor, mappers: [mapper] })),
    ),
    ...[...conditions.values()].map((part) =>
      one('condition', part, (condition) => ({ type: 'alumio-value-filter', accessor, conditions: [condition] })),
    ),
  ];
}

/** A value for each option that has to be given. */
function sampleOptions({ properties = {}, required = [] }: Component['options']): DataRecord {
  return Object.fromEntries(required.map((name) => [name, sampleValue(name, properties[name])]));
}

function sampleValue(name: string, schema: JSONSchema | undefined): Json {
  if (typeof schema !== 'object') return 'a';
  if (Array.isArray(schema.enum)) return (schema.enum as readonly Json[])[0] ?? null;
  const [type] = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const samples: Readonly<Record<string, Json>> = { integer: 2, number: 2, object: {}, array: [], boolean: true };
  return samples[type ?? ''] ?? (name === 'pattern' ? '/a+/' : 'a');
}

/** How many of the records a type gets, and whether its options are spoilt too. */
export function shareOf(type: string, types: number): { readonly records: number; readonly spoilsOptions: boolean } {
  const share = Math.ceil(FUZZ.records / types);
  if (!DEAR.includes(type)) return { records: share, spoilsOptions: true };
  return { records: Math.min(share, 20 + Math.ceil(share / 10)), spoilsOptions: type !== 'sleep' };
}

/** The options of a step as somebody might have them by mistake; its type stays. */
export function spoilOptions(random: Random, { type, ...options }: DataRecord): DataRecord {
  const spoilt = spoil(random, options);
  const kept = isRecord(spoilt) ? spoilt : options;
  const dropped = random() < 0.1 ? pick(random, ['', ...Object.keys(kept)]) : undefined;
  const entries = Object.entries<Json>(kept).filter(([key]) => key !== dropped);
  return { ...Object.fromEntries(entries), type: type ?? null };
}

/** A record that resembles the one of an example, or nothing at all. */
export function spoilRecord(random: Random, input: DataRecord): DataRecord {
  const spoilt = random() < 0.2 ? hostileRecord(random) : spoil(random, input);
  return isRecord(spoilt) ? spoilt : { value: spoilt };
}

/** What the prototypes of everyday objects hold, to be compared afterwards. */
export function prototypeTraces(): readonly unknown[] {
  const prototypes = [Object, Array, String, Number, Boolean, Function, Date, RegExp, Map, Set, Promise, Error].map(
    (each) => each.prototype as object,
  );
  return prototypes.flatMap((each) =>
    Reflect.ownKeys(each).flatMap((key) => {
      const property = Object.getOwnPropertyDescriptor(each, key);
      const values: readonly unknown[] = Object.values(property ?? {});
      return [key, ...values];
    }),
  );
}
