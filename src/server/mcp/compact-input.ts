import type { Action } from '../../connector/actions/action.ts';
import { inputsOf } from '../../connector/actions/inputs.ts';
import { inputSchema, type ValueSchema } from '../../connector/actions/schemas.ts';
import type { OptionsSchema } from '../../core/component.ts';
import type { Json } from '../../core/record.ts';

/** Rows of a list that names no limit: an assistant reads all of them. */
export const TOOL_ROWS = 20;
/** Fields that a tool's own description names; describe_operation tells all of them. */
const NAMED_FIELDS = 30;

/** Input and fields of an action in few words: schemas of wide records would fill an assistant's memory. */
export function compactInput(action: Action): { input: Record<string, Json>; fields: Record<string, string> } {
  const { properties, required } = inputSchema(action) as {
    properties: Record<string, ValueSchema>;
    required: string[];
  };
  const { fields = {} } = action.operation.entity;
  return {
    input: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [
        name,
        { ...schema, ...(required.includes(name) && { required: true }) },
      ]),
    ),
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, { type, description, readOnly }]) => [
        name,
        [type, readOnly ? 'read only' : undefined, description].filter((each) => each !== undefined).join('; '),
      ]),
    ),
  };
}

const schemas = new WeakMap<object, OptionsSchema>();

/**
 * The input of an action as the schema of a tool: only parameters that something is known of. One object for each
 * operation, because compiled schemas are kept by it.
 */
export function toolInput(action: Action): OptionsSchema {
  const { manifest } = action.operation;
  const schema = schemas.get(manifest) ?? makeToolInput(action);
  schemas.set(manifest, schema);
  return schema;
}

function makeToolInput(action: Action): OptionsSchema {
  const record = { type: 'object', additionalProperties: true, description: fieldWords(action) } as const;
  const schema = inputSchema(action, record);
  const known = inputsOf(action).filter(
    ({ required, parameter }) => required || !parameter || parameter.description !== undefined,
  );
  const names = new Set(known.map(({ name }) => name));
  const properties = Object.entries(schema['properties'] as Record<string, ValueSchema>);
  const kept = properties
    .filter(([name]) => names.has(name))
    .map(([name, value]) => [name, name === 'limit' ? { ...value, default: TOOL_ROWS } : value] as const);
  return { ...schema, properties: Object.fromEntries(kept) };
}

function fieldWords({ operation: { entity, name } }: Action): string {
  const names = Object.keys(entity.fields ?? {});
  const more =
    names.length > NAMED_FIELDS ? `, … (${names.length}; describe_operation of ${entity.name}.${name} tells them)` : '';
  return `Fields: ${names.slice(0, NAMED_FIELDS).join(', ')}${more}.`;
}
