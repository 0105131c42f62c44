import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { CAST, compileCast } from '../core/casts.ts';
import { ConfigError, NotYetError, TransformError } from '../core/errors.ts';
import { parsePath, setPath } from '../core/field-path.ts';
import { type DataRecord, type Json, plainText } from '../core/record.ts';
import { whenKnown } from '../core/step-run.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    outgoing: { type: 'string', minLength: 1, description: 'Identifier of the outgoing that has learnt the id.' },
    key: {
      type: 'string',
      minLength: 1,
      description: 'Source key of the other record, a text with templates: "&{client_id}".',
    },
    to: {
      type: 'string',
      minLength: 1,
      description: 'Path of the field that gets the id of the other record in the target.',
    },
    cast: CAST,
    onMissing: {
      enum: ['fail', 'retry', 'keep', 'null', 'default', 'skip'],
      description:
        'What happens where no id is known: the record fails, is tried again as its route says, stays as it is, gets null or "default", or is left out. By default "fail", or "default" where one is given.',
    },
    default: { description: 'Value for "onMissing".' },
  },
  required: ['outgoing', 'key', 'to'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const given = { links: { clients: { '12': '907' } } };

export default {
  type: 'link',
  summary: 'Finds the id that another record has got in the target, as an outgoing learnt it.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'The id of the client that a ticket belongs to',
      options: { outgoing: 'clients', key: '&{client}', to: 'client_id', cast: 'integer' },
      given,
      input: { client: 12 },
      output: [{ client: 12, client_id: 907 }],
    },
    {
      title: 'One that is not known yet, where the record can do without',
      options: { outgoing: 'clients', key: '&{client}', to: 'client_id', onMissing: 'null' },
      given,
      input: { client: 13 },
      output: [{ client: 13, client_id: null }],
    },
    {
      title: 'Where it cannot, it is tried again',
      options: { outgoing: 'clients', key: '&{client}', to: 'client_id', onMissing: 'retry' },
      given,
      input: { client: 13 },
      error: 'The outgoing "clients" knows no id for "13"',
    },
  ],
  create({ outgoing, key, to, cast, onMissing, default: fallback }, context) {
    context.document('outgoing', outgoing);
    const links = context.linksOf(outgoing);
    const template = compileTemplate(key, { variables: context.variable, at: 'key' });
    const target = parsePath(to);
    const convert = cast === undefined ? (value: Json) => value : compileCast(cast);
    const rule = onMissing ?? (fallback === undefined ? 'fail' : 'default');
    if (rule === 'default' && fallback === undefined) {
      throw new ConfigError('ERR_INVALID', '"default" is missing: "onMissing" asks for it');
    }
    const missing = (record: DataRecord, name: string): readonly DataRecord[] => {
      const message = `The outgoing "${outgoing}" knows no id for "${name}"`;
      const details = { outgoing, key: name };
      if (rule === 'fail') throw new TransformError(message, details, 'ERR_LINK_MISSING');
      if (rule === 'retry') throw new NotYetError(`${message} yet`, details, 'ERR_LINK_MISSING');
      if (rule === 'skip') return [];
      if (rule === 'keep') return [record];
      return [setPath(record, target, rule === 'null' ? null : (fallback as Json))];
    };
    return (record, run) => {
      const name = plainText(template.evaluate(record, run.variables)).replaceAll('\0', '');
      return whenKnown(run.link(links, name), (id) =>
        id === undefined ? missing(record, name) : [setPath(record, target, convert(id))],
      );
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
