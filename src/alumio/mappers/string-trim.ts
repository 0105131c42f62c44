import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    characters: {
      type: ['string', 'null'],
      default: null,
      description: 'Which characters go; without it white space. "a..z" are all from a to z.',
    },
    side: { enum: ['both', 'left', 'right'], default: 'both', description: 'At which ends.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const WHITE_SPACE = ' \t\n\r\0\v';

export default {
  type: 'string-trim',
  summary: 'Takes white space, or other characters, off the ends of a text.',
  options,
  create({ characters, side }): MapValue {
    const gone = charactersOf(characters || WHITE_SPACE);
    return (value) => {
      const text = Array.from(toText(value));
      const isKept = (character: string): boolean => !gone(character);
      const from = side === 'right' ? 0 : text.findIndex(isKept);
      const end = side === 'left' ? text.length : text.findLastIndex(isKept) + 1;
      return from < 0 ? '' : text.slice(from, end).join('');
    };
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

/** Characters as PHP lists them: each by itself, or two with dots between them for all from one to the other. */
function charactersOf(list: string): (character: string) => boolean {
  const ranges = Array.from(list.matchAll(/([^])\.\.([^])|([^])/gu), ([, from, to, one = '']) => [
    from ?? one,
    to ?? one,
  ]);
  return (character) => ranges.some(([from = '', to = '']) => character >= from && character <= to);
}
