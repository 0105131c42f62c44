import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import { partContext } from '../part-context.ts';
import { waitingPhpStep } from '../php-step.ts';
import { fromJson, type Php, toJson } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    client: { type: 'string', minLength: 1, description: 'Identifier of the client.' },
    entity: { type: 'string', minLength: 1, description: 'Entity of its definition.' },
    operation: { type: 'string', minLength: 1, description: 'Operation of the entity.' },
    path: { type: 'object', default: {}, description: 'Path parameters: values or placeholders.' },
    query: { type: 'object', default: {}, description: 'Query parameters: values or placeholders.' },
    body: { description: 'Body of the call: a value or placeholders.' },
  },
  required: ['client', 'entity', 'operation'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-http',
  summary: 'Makes a call, and the answer takes the place of the record.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'The answer is the record',
      options: { client: 'halo', entity: 'site', operation: 'get', path: { id: '&{site}' } },
      given: { answers: { 'halo/site.get': { id: 3, name: 'HQ' } } },
      input: { site: 3 },
      output: [{ id: 3, name: 'HQ' }],
    },
    {
      title: 'A list has the keys 0, 1, 2 …',
      options: { client: 'halo', entity: 'site', operation: 'list', query: { search: '&{name}' } },
      given: { answers: { 'halo/site.list': [{ id: 3 }] } },
      input: { name: 'HQ' },
      output: [{ '0': { id: 3 } }],
    },
  ],
  create({ client, entity, operation: name, path, query, body }, context) {
    const operation = context.operation(client, entity, name);
    const parts = partContext(context);
    const pathOf = parts.fill(path as Json, 'path');
    const queryOf = parts.fill(query as Json, 'query');
    const bodyOf = body === undefined ? undefined : parts.fill(body as Json, 'body');
    return waitingPhpStep(async (root, run) => {
      const request = {
        path: fieldsOf(pathOf(root, run)),
        query: fieldsOf(queryOf(root, run)),
        body: bodyOf && toJson(bodyOf(root, run)),
      };
      const answer = await run.call(operation, { ...request, take: 'answer' });
      const value = fromJson(answer ?? null);
      // An answer without a body leaves an empty entity, as an empty body does there.
      return value instanceof Map ? value : new Map<string, Php>(value === null ? [] : [['body', value]]);
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;

/** Parameters; without any PHP makes an empty list of them. */
function fieldsOf(value: Php): DataRecord {
  return value instanceof Map ? Object.fromEntries([...value].map(([key, item]) => [key, toJson(item)])) : {};
}
