import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { TransformError } from '../errors.ts';
import { decodeHtml } from '../html-entities.ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    from: {
      enum: ['base64', 'base64url', 'hex', 'url', 'html'],
      description: 'How the text is encoded; the first three must hold UTF-8.',
    },
  },
  required: ['from'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Encoding = FromSchema<typeof options>['from'];

export default {
  type: 'decode',
  summary: 'Reads a text that is written in another encoding.',
  options,
  examples: [
    { options: { from: 'base64' }, input: 'dXNlcjpwYXNz', output: 'user:pass' },
    { options: { from: 'url' }, input: 'a%26b%20c', output: 'a&b c' },
    { options: { from: 'html' }, input: 'Caf&eacute; &amp; &#8364;5', output: 'Café & €5' },
    { options: { from: 'base64' }, input: '&&&', error: 'is no base64 text' },
  ],
  create({ from }) {
    const decode = DECODERS[from];
    return (value) => decode(textOf(value));
  },
} satisfies ValueStep<FromSchema<typeof options>>;

const DECODERS: Readonly<Record<Encoding, (text: string) => string>> = {
  base64: (text) => fromBytes(text, 'base64', /^[A-Za-z0-9+/\s]*={0,2}\s*$/),
  base64url: (text) => fromBytes(text, 'base64url', /^[A-Za-z0-9_-]*={0,2}$/),
  hex: (text) => fromBytes(text, 'hex', /^(?:[0-9a-f]{2})*$/i),
  url: fromUrl,
  html: decodeHtml,
};

function fromBytes(text: string, encoding: 'base64' | 'base64url' | 'hex', form: RegExp): string {
  if (!form.test(text)) throw new TransformError(`finds that the value is no ${encoding} text`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, encoding));
  } catch {
    throw new TransformError(`finds bytes in the value that are no text (UTF-8)`);
  }
}

function fromUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TransformError('finds a "%" in the value that is followed by no UTF-8 byte');
  }
}
