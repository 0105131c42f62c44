import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileMoves, MOVE_PROPERTIES } from '../core/field-moves.ts';
import { RecordDraft } from '../core/record-draft.ts';

const options = {
  type: 'object',
  properties: MOVE_PROPERTIES,
  required: ['fields'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'move',
  summary: 'Moves or renames fields.',
  options,
  examples: [
    {
      title: 'Renames a field and lifts another out of its object',
      options: { fields: { summary: 'subject', 'client.id': 'customerId' } },
      input: { summary: 'Printer', client: { id: 12, name: 'Acme' } },
      output: [{ client: { name: 'Acme' }, subject: 'Printer', customerId: 12 }],
    },
    {
      title: 'Two fields change places',
      options: { fields: { a: 'b', b: 'a' } },
      input: { a: 1, b: 2 },
      output: [{ a: 2, b: 1 }],
    },
    {
      title: 'A pattern: custom fields into an object of their own',
      options: { fields: { 'cf_*': 'custom.$1' } },
      input: { id: 7, cf_vip: true, cf_room: '2.14' },
      output: [{ id: 7, custom: { vip: true, room: '2.14' } }],
    },
    {
      title: 'A missing field fails the record',
      options: { fields: { summary: 'subject' } },
      input: { id: 7 },
      error: 'Field "summary" is missing',
    },
  ],
  create({ fields, onMissing }) {
    const find = compileMoves(fields, onMissing);
    return (record) => {
      const draft = new RecordDraft(record);
      const moves = find(record);
      // All is read before anything is removed, and removed before anything is set.
      const sources = new Map(moves.map(({ source }) => [JSON.stringify(source), source]));
      for (const source of sources.values()) draft.remove(source);
      draft.closeUp();
      for (const { target, value } of moves) draft.set(target, value);
      return [draft.record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
