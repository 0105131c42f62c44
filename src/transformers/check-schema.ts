import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { getPath, parsePath, setPath } from '../core/field-path.ts';
import { compileRecordSchema } from '../core/record-schema.ts';

const options = {
  type: 'object',
  properties: {
    schema: { type: 'object', description: 'JSON Schema (2020-12). Patterns are RE2; "$ref" stays inside of it.' },
    field: { type: 'string', minLength: 1, description: 'Path of the value that is checked; without it the record.' },
    onInvalid: {
      enum: ['fail', 'drop', 'note'],
      default: 'fail',
      description:
        'What happens to a record that does not fit: it fails, is dropped, or goes on with what is wrong in "to".',
    },
    to: {
      type: 'string',
      minLength: 1,
      default: 'schemaProblems',
      description: 'Path of the list of what is wrong, with "onInvalid": "note".',
    },
  },
  required: ['schema'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const schema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer' }, email: { type: 'string', pattern: '^[^@]+@[^@]+$' } },
};

export default {
  type: 'check-schema',
  summary: 'Checks records against a JSON Schema.',
  options,
  examples: [
    {
      title: 'A record that fits goes on',
      options: { schema },
      input: { id: 7, email: 'a@b.c' },
      output: [{ id: 7, email: 'a@b.c' }],
    },
    { title: 'One that does not fails', options: { schema }, input: { id: 'x' }, error: '"id" must be integer' },
    {
      title: 'Or goes on with a note',
      options: { schema, onInvalid: 'note', to: 'problems' },
      input: { id: 7, email: 'nobody' },
      output: [{ id: 7, email: 'nobody', problems: ['"email" must match pattern "^[^@]+@[^@]+$"'] }],
    },
    { title: 'Or is dropped', options: { schema, onInvalid: 'drop' }, input: {}, output: [] },
  ],
  create(given) {
    const check = compileRecordSchema(given.schema);
    const path = given.field === undefined ? undefined : parsePath(given.field);
    const target = parsePath(given.to);
    return (record) => {
      const value = path === undefined ? record : (getPath(record, path) ?? null);
      const problems = check(value);
      if (problems.length === 0) return [record];
      if (given.onInvalid === 'drop') return [];
      if (given.onInvalid === 'note') return [setPath(record, target, problems)];
      const place = given.field === undefined ? 'The record' : `Field "${given.field}"`;
      throw new TransformError(`${place} does not fit the schema: ${problems.join('; ')}`, { problems });
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
