import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../errors.ts';
import { compileReplacement } from '../pattern.ts';
import { joinTexts, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    search: { type: 'string', minLength: 1, description: 'Text that is replaced, wherever it stands.' },
    pattern: {
      type: 'string',
      minLength: 1,
      description: 'In place of "search": a regular expression (RE2; (?i) at its start ignores case).',
    },
    with: {
      type: 'string',
      default: '',
      description: 'What takes its place; with a pattern, $1 is its first group and $0 the whole match.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'replace',
  summary: 'Replaces parts of a text, by plain text or by a regular expression that runs in linear time.',
  options,
  examples: [
    { options: { search: ',', with: '.' }, input: '1,5', output: '1.5' },
    { options: { pattern: '\\s+', with: ' ' }, input: 'a   b\n c', output: 'a b c' },
    { options: { pattern: '^(\\d{2})(\\d+)$', with: '+$1 $2' }, input: '4930123', output: '+49 30123' },
    { options: { search: 'x' }, input: [1], error: 'needs a text, not a list' },
  ],
  create({ search, pattern, with: by }) {
    if ((search === undefined) === (pattern === undefined)) {
      throw new ConfigError('ERR_INVALID', 'takes either "search" or "pattern"');
    }
    if (pattern !== undefined) {
      const replace = compileReplacement(pattern, by);
      return (value) => replace(textOf(value));
    }
    return (value) => joinTexts(textOf(value).split(search ?? ''), by);
  },
} satisfies ValueStep<FromSchema<typeof options>>;
