import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { encodeHtml } from '../html-entities.ts';
import { checkTextLength, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    as: {
      enum: ['base64', 'base64url', 'hex', 'url', 'html'],
      description:
        'base64, base64url and hex of its UTF-8 bytes; url for a part of an address; html for a text in HTML.',
    },
  },
  required: ['as'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Encoding = FromSchema<typeof options>['as'];

export default {
  type: 'encode',
  summary: 'Writes a text in another encoding.',
  options,
  examples: [
    { options: { as: 'base64' }, input: 'user:pass', output: 'dXNlcjpwYXNz' },
    { options: { as: 'url' }, input: 'a&b c/ü', output: 'a%26b%20c%2F%C3%BC' },
    { options: { as: 'html' }, input: '<b>"5" & 6</b>', output: '&lt;b&gt;&quot;5&quot; &amp; 6&lt;/b&gt;' },
  ],
  create({ as }) {
    const encode = ENCODERS[as];
    return (value) => {
      const text = textOf(value);
      checkTextLength(text.length * 3);
      return encode(text);
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;

const ENCODERS: Readonly<Record<Encoding, (text: string) => string>> = {
  base64: (text) => Buffer.from(text, 'utf8').toString('base64'),
  base64url: (text) => Buffer.from(text, 'utf8').toString('base64url'),
  hex: (text) => Buffer.from(text, 'utf8').toString('hex'),
  // Half a surrogate pair cannot be written as UTF-8.
  url: (text) => encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8')),
  html: encodeHtml,
};
