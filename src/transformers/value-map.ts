import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { getPath, formatPath, parsePath, type FieldPath } from '../core/field-path.ts';
import { compileGlob, GLOB_WORDS, isGlob } from '../core/glob-path.ts';
import { RecordDraft } from '../core/record-draft.ts';
import type { Json } from '../core/record.ts';
import type { StepRun } from '../core/step-run.ts';
import { ConfigError } from '../core/errors.ts';
import { compileValueMap, type ValueMapRow } from '../core/value-map.ts';

const options = {
  type: 'object',
  properties: {
    map: { type: 'string', minLength: 1, description: 'Identifier of the value map.' },
    field: { type: 'string', minLength: 1, description: `Path of the value that is looked up. ${GLOB_WORDS}` },
    to: {
      type: 'string',
      minLength: 1,
      description: 'Path of the field that gets the result; the same one by default.',
    },
    noMatch: {
      enum: ['fail', 'keep', 'null', 'default', 'skip'],
      description:
        'What happens with a value that is not in the table: the record fails, the value stays, becomes null or "default", or the record is left out. As the value map says by default; "default" where one is given.',
    },
    default: { description: 'Value for "noMatch".' },
    ignoreCase: {
      type: 'boolean',
      description: 'Upper and lower case count as the same. As the value map says by default.',
    },
    unmatched: {
      enum: ['list', 'list-lost'],
      default: 'list',
      description:
        'Which values that are not in the table are listed with the map: all, or only those of records that do not reach the target, for tables that go before another way to find something.',
    },
    several: {
      enum: ['first', 'last', 'all', 'fail'],
      default: 'first',
      description:
        'What counts where several rows have the value: the first, the last, all of them as a list; or the record fails.',
    },
  },
  required: ['map', 'field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const given = {
  valueMaps: {
    priorities: {
      rows: [
        ['urgent', 1],
        ['normal', 3],
        ['9', 'nine'],
      ],
      noMatch: 'fail',
    },
    sites: {
      rows: [
        ['HQ', 1],
        ['HQ', 2],
      ],
      noMatch: 'keep',
      ignoreCase: true,
    },
  },
};

export default {
  type: 'value-map',
  summary: 'Replaces a value by what a value map has for it, and counts the values that it does not have.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'A priority by its name',
      options: { map: 'priorities', field: 'priority', to: 'priority_id' },
      given,
      input: { priority: 'urgent' },
      output: [{ priority: 'urgent', priority_id: 1 }],
    },
    {
      title: 'A value that the table does not have fails the record, and is counted',
      options: { map: 'priorities', field: 'priority' },
      given,
      input: { priority: 'whenever' },
      error: 'The value map "priorities" has nothing for "whenever"',
    },
    {
      title: 'Or becomes another one',
      options: { map: 'priorities', field: 'priority', default: 3 },
      given,
      input: { priority: 'whenever' },
      output: [{ priority: 3 }],
    },
    {
      title: 'Every item of a list',
      options: { map: 'priorities', field: 'lines.*.level', noMatch: 'keep' },
      given,
      input: { lines: [{ level: 'normal' }, { level: 'x' }, { level: 9 }] },
      output: [{ lines: [{ level: 3 }, { level: 'x' }, { level: 'nine' }] }],
    },
    {
      title: 'Several rows for one value',
      options: { map: 'sites', field: 'site', several: 'all' },
      given,
      input: { site: 'hq' },
      output: [{ site: [1, 2] }],
    },
  ],
  create({ map, field, to, noMatch, default: fallback, ignoreCase, unmatched: listed, several }, context) {
    const spec = context.document('value-map', map) as unknown as Spec;
    if (to !== undefined && isGlob(field))
      throw new ConfigError('ERR_INVALID', '"to" cannot be given where "field" has wildcards');
    const find = compileGlob(field);
    const path = isGlob(field) ? undefined : parsePath(field);
    const target = to === undefined ? undefined : parsePath(to);
    const lookUp = compileValueMap(spec.rows, ignoreCase ?? spec.ignoreCase ?? false);
    const rule = noMatch ?? (fallback === undefined ? (spec.noMatch ?? 'fail') : 'default');
    const otherwise = (fallback ?? spec.default ?? null) as Json;
    const choose = (value: Json, place: string, run: StepRun): Json | undefined => {
      const found = lookUp(value);
      if (found.length > 1 && several === 'fail') throw ambiguous(map, value, place);
      if (found.length > 0) return several === 'all' ? found : found.at(several === 'last' ? -1 : 0);
      if (value !== null) run.noteUnmatched(map, value, listed === 'list-lost');
      if (rule === 'fail') throw unmatched(map, value, place);
      if (rule === 'keep') return value;
      return rule === 'skip' ? undefined : rule === 'null' ? null : otherwise;
    };
    return (record, run) => {
      const draft = new RecordDraft(record);
      const places: readonly { path: FieldPath; value: Json }[] = path
        ? [{ path, value: getPath(record, path) ?? null }]
        : find(record);
      for (const { path: place, value } of places) {
        const chosen = choose(scalar(value, place), formatPath(place), run);
        if (chosen === undefined) return [];
        draft.set(target ?? place, chosen);
      }
      return [draft.record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

/** What the document of a value map says, checked when it was applied. */
interface Spec {
  readonly rows: readonly ValueMapRow[];
  readonly noMatch?: 'fail' | 'keep' | 'null' | 'default' | 'skip';
  readonly default?: Json;
  readonly ignoreCase?: boolean;
}

function scalar(value: Json, path: FieldPath): Json {
  if (typeof value !== 'object' || value === null) return value;
  const field = formatPath(path);
  throw new TransformError(`Field "${field}" is a list or an object; a value map looks up plain values`, { field });
}

function unmatched(map: string, value: Json, field: string): TransformError {
  const shown = JSON.stringify(value).slice(0, 120);
  return new TransformError(
    `The value map "${map}" has nothing for ${shown} (field "${field}"); add a row for it, then retry`,
    { map, field },
    'ERR_VALUE_UNMATCHED',
  );
}

function ambiguous(map: string, value: Json, field: string): TransformError {
  const shown = JSON.stringify(value).slice(0, 120);
  return new TransformError(
    `The value map "${map}" has several rows for ${shown} (field "${field}")`,
    { map, field },
    'ERR_VALUE_AMBIGUOUS',
  );
}
