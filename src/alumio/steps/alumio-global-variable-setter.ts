import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import type { Json } from '../../core/record.ts';
import { partContext } from '../part-context.ts';
import { phpStep } from '../php-step.ts';
import { parseKeys } from '../php/pattern.ts';
import { setGlobal } from '../php/scope.ts';

const options = {
  type: 'object',
  properties: {
    key: {
      type: 'string',
      minLength: 1,
      description: 'Path of the variable: "path.to.target" is @{globals.path.to.target}.',
    },
    value: { description: 'Any value; its texts may hold placeholders such as "&{code}".' },
  },
  required: ['key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-global-variable-setter',
  summary: 'Keeps a value beside the record for the steps behind: @{globals.key}. The record stays as it is.',
  setsVariables: true,
  options,
  examples: [
    {
      title: 'The record stays as it is',
      options: { key: 'order.id', value: '&{id}' },
      input: { id: 7 },
      output: [{ id: 7 }],
    },
    {
      title: 'What a placeholder does not find fails the record',
      options: { key: 'order.id', value: '&{id}' },
      input: { code: 'A' },
      error: '"id" finds nothing',
    },
  ],
  create({ key, value }, context) {
    const parts = partContext(context);
    const keyOf = parts.text(key, 'key');
    const fill = parts.fill((value ?? null) as Json, 'value');
    return phpStep((root, run) => {
      setGlobal(run, parseKeys(keyOf(root, run)), fill(root, run));
      return root;
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;
