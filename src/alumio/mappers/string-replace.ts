import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import type { Php } from '../php/array.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    search: { type: ['string', 'array'], items: { type: 'string' }, description: 'Text, or texts, to replace.' },
    replace: { type: ['string', 'null'], default: '', description: 'What takes its place.' },
  },
  required: ['search'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-replace',
  summary: 'Replaces a text wherever it stands in the value, and in the items of a list.',
  options,
  create({ search, replace }): MapValue {
    const searches = (typeof search === 'string' ? [search] : search).filter((each) => each !== '');
    const one = (value: Php): Php =>
      searches.reduce((text, each) => text.replaceAll(each, () => replace ?? ''), toText(value));
    return (value) => {
      if (!(value instanceof Map)) return one(value);
      return new Map([...value].map(([key, item]) => [key, item instanceof Map ? item : one(item)]));
    };
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
