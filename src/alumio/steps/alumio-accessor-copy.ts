import type { FromSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { ACCESSOR_TRANSFER, compileAccessorTransfer } from '../accessor-transfer.ts';

export default {
  type: 'alumio-accessor-copy',
  summary: 'Copies values from one form to another: between objects, lists of keys and values, and patterns.',
  options: ACCESSOR_TRANSFER,
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
  create: (options, context) => compileAccessorTransfer(options, { removes: false }, context),
} satisfies Transformer<FromSchema<typeof ACCESSOR_TRANSFER>>;
