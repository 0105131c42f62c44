import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import type { Json } from '../../core/record.ts';
import { partContext } from '../part-context.ts';
import { MAPPERS } from '../part.ts';
import { phpStep } from '../php-step.ts';
import { copyOf } from '../php/array.ts';
import { parseKeys, setAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    configurations: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          key: { type: 'string', description: 'Path; may hold placeholders.' },
          value: { description: 'Any value; its texts may hold placeholders such as "&{code}".' },
          mappers: MAPPERS,
        },
        required: ['key'],
        additionalProperties: false,
      },
      description: 'What is set where: [{ "key": "title", "value": "&{code}", "mappers": [] }].',
    },
  },
  required: ['configurations'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-value-setter',
  summary: 'Sets values one after the other, as PHP does; each sees what those before it set.',
  options,
  examples: [
    {
      title: 'A value and one that is made of it',
      options: {
        configurations: [
          { key: 'title', value: '&{name}' },
          { key: 'handle', value: '&{title}', mappers: [{ type: 'string-slugify' }] },
        ],
      },
      input: { name: 'Red Pen' },
      output: [{ name: 'Red Pen', title: 'Red Pen', handle: 'red-pen' }],
    },
    {
      title: 'A key with a placeholder',
      options: { configurations: [{ key: 'variants.&{code}', value: true }] },
      input: { code: 'A', variants: [] },
      output: [{ code: 'A', variants: { A: true } }],
    },
    {
      title: 'What a placeholder does not find fails the record',
      options: { configurations: [{ key: 'title', value: '&{name}' }] },
      input: { id: 7 },
      error: '"name" finds nothing',
    },
  ],
  create({ configurations }, context) {
    const parts = partContext(context);
    const settings = configurations.map(({ key, value, mappers }, index) => ({
      key: parts.text(key, `configurations[${index}].key`),
      fill: parts.fill((value ?? null) as Json, `configurations[${index}].value`),
      map: parts.mappers(mappers, `configurations[${index}].mappers`),
    }));
    return phpStep((root, run) =>
      settings.reduce((current, { key, fill, map }) => {
        // The value may be a part of the entity, which is about to change.
        const value = map(copyOf(fill(current, run)), current, run);
        return setAt(current, parseKeys(key(current, run)), value);
      }, root),
    );
  },
} satisfies Transformer<FromSchema<typeof options>>;
