import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileCondition, WHEN } from '../conditions.ts';
import { VALUE_STEPS, type ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    when: WHEN,
    of: {
      enum: ['value', 'record'],
      default: 'value',
      description: 'What the condition looks at. The value itself is the field "@".',
    },
    then: VALUE_STEPS,
    else: VALUE_STEPS,
  },
  required: ['when'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'conditional',
  summary: 'Applies some value steps or others, as a condition decides.',
  options,
  handlesNull: true,
  examples: [
    {
      options: { when: { field: '@', startsWith: '00' }, then: [{ type: 'replace', pattern: '^00', with: '+' }] },
      input: '004930',
      output: '+4930',
    },
    {
      options: {
        when: { field: 'country', equals: 'US' },
        of: 'record',
        then: [{ type: 'format-date', to: 'MM/dd/yyyy' }],
        else: [{ type: 'format-date', to: 'dd.MM.yyyy' }],
      },
      input: '2025-03-01',
      record: { country: 'DE' },
      output: '01.03.2025',
    },
  ],
  create(given, { steps }) {
    const holds = compileCondition(given.when, 'when');
    const whenTrue = steps(given.then ?? [], 'then');
    const whenFalse = steps(given.else ?? [], 'else');
    return (value, record) =>
      holds(given.of === 'record' ? record : value) ? whenTrue(value, record) : whenFalse(value, record);
  },
} satisfies ValueStep<FromSchema<typeof options>>;
