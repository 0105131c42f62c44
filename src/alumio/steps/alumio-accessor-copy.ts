import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { keyedEntries } from '../keyed-entries.ts';
import { partContext } from '../part-context.ts';
import { ACCESSOR } from '../part.ts';
import { phpStep } from '../php-step.ts';
import { copyOf } from '../php/array.ts';
import { stripped } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    source: ACCESSOR,
    destination: ACCESSOR,
    stripEnclosures: {
      type: 'boolean',
      default: true,
      description:
        'A key with a dot in it becomes a path: { "a.b": 1 } goes to a and there to b. Without this the key stays one.',
    },
  },
  required: ['source', 'destination'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-accessor-copy',
  summary: 'Copies values from one form to another: between objects, lists of keys and values, and patterns.',
  options,
  examples: [
    {
      title: 'An object becomes a list',
      options: {
        source: { type: 'key', root: 'labels' },
        destination: { type: 'structure', root: 'localizations', key: 'locale', value: 'text' },
      },
      input: { labels: { en: 'Pen', de: 'Stift' } },
      output: [
        {
          labels: { en: 'Pen', de: 'Stift' },
          localizations: [
            { locale: 'en', text: 'Pen' },
            { locale: 'de', text: 'Stift' },
          ],
        },
      ],
    },
    {
      title: 'Some fields into an object',
      options: { source: { type: 'key', keys: ['a', 'x'] }, destination: { type: 'key', root: '_config' } },
      input: { a: 1, b: 2 },
      output: [{ a: 1, b: 2, _config: { a: 1 } }],
    },
    {
      title: 'A key with a dot stays one',
      options: {
        source: { type: 'key', root: 'from' },
        destination: { type: 'key', root: 'to' },
        stripEnclosures: false,
      },
      input: { from: { 'a.b': 1 } },
      output: [{ from: { 'a.b': 1 }, to: { 'a.b': 1 } }],
    },
  ],
  create({ source, destination, stripEnclosures }, context) {
    const parts = partContext(context);
    const from = parts.accessor(source, 'source');
    const to = parts.accessor(destination, 'destination');
    return phpStep((root) => {
      const entries = keyedEntries(root, from.read(root));
      return to.addAt(
        root,
        entries.map(({ name, value }) => [stripEnclosures ? stripped(name) : name, copyOf(value)] as const),
      );
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;
