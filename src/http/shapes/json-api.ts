import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { isRecord, type DataRecord, type Json } from '../../core/record.ts';
import type { ShapeComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    relationships: {
      type: 'boolean',
      default: false,
      description:
        'Whether ids of related resources become fields: "<name>-id" with an id, or a list where several are related.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'json-api',
  summary: 'Resources of JSON:API: attributes become fields beside id and type; links and meta are left out.',
  options,
  create({ relationships }) {
    return (found) => {
      if (found === null) return [];
      const resources = isRecord(found) ? [found] : found;
      if (!Array.isArray(resources)) return undefined;
      return (resources as readonly Json[]).map((resource) =>
        isRecord(resource) ? flatten(resource, relationships) : resource,
      );
    };
  },
} satisfies ShapeComponent<FromSchema<typeof options>>;

/** An attribute that is called like a field of the resource itself is kept under "attributes-id". */
function flatten({ id, type, attributes, relationships }: DataRecord, withRelated: boolean): DataRecord {
  const own = { ...(id !== undefined && { id }), ...(type !== undefined && { type }) };
  const fields = renameTaken(isRecord(attributes) ? attributes : {}, ['id', 'type'], 'attributes');
  if (!withRelated || !isRecord(relationships)) return { ...own, ...fields };
  const related = renameTaken(relatedIds(relationships), Object.keys(fields), 'relationships');
  return { ...own, ...fields, ...related };
}

function renameTaken(fields: DataRecord, taken: readonly string[], prefix: string): DataRecord {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [taken.includes(name) ? `${prefix}-${name}` : name, value]),
  );
}

/** A relationship without data, as with links only, tells no id. */
function relatedIds(relationships: DataRecord): DataRecord {
  return Object.fromEntries(
    Object.entries(relationships).flatMap(([name, related]) => {
      const data = isRecord(related) ? related['data'] : undefined;
      return data === undefined ? [] : [[`${name}-id`, idsIn(data)]];
    }),
  );
}

function idsIn(data: Json): Json {
  if (Array.isArray(data)) return (data as readonly Json[]).map(idsIn);
  return isRecord(data) ? (data['id'] ?? null) : null;
}
