import type { DataRecord, Schema } from '../types.ts';
import { textOf } from './format.ts';

/**
 * Options that mean something with what is chosen: where there is a list of kinds, a description that begins with one of
 * them ("folder: where on the server") says that the option is for that kind alone.
 */
export function fitting(schema: Schema, value: DataRecord): Schema {
  const { properties = {} } = schema;
  const kinds = (properties['kind']?.enum ?? []).map(String);
  const chosen = value['kind'] ?? properties['kind']?.default;
  const fit = Object.entries(properties).flatMap(([name, each]) => {
    const property = isGroup(each) ? { ...each, ...fitting(each, groupIn(value, name)) } : each;
    const [, only = '', rest = ''] = /^(\w+): (.*)$/s.exec(property.description ?? '') ?? [];
    if (name === 'kind' || !kinds.includes(only)) return [[name, property] as const];
    const description = rest.charAt(0).toUpperCase() + rest.slice(1);
    return only === chosen ? [[name, { ...property, description }] as const] : [];
  });
  return { type: 'object', properties: Object.fromEntries(fit), ...(schema.required && { required: schema.required }) };
}

/** A value without what nobody filled in: emptied fields, and groups in which every field is empty. */
export function compact({ properties = {} }: Schema, value: DataRecord): DataRecord {
  const filled = Object.entries(value).flatMap(([name, each]) => {
    const property = properties[name];
    if (each === undefined) return [];
    if (!property || !isGroup(property) || !isRecord(each)) return [[name, each] as const];
    const group = compact(property, each);
    return Object.keys(group).length === 0 ? [] : [[name, group] as const];
  });
  return Object.fromEntries(filled);
}

/** True for an object of which every key is known; others may hold more than fields can show. */
export function isGroup({ type, properties, additionalProperties }: Schema): boolean {
  return type === 'object' && properties !== undefined && additionalProperties === false;
}

/** What holds when nothing is filled in, as fields show it; undefined where that is nothing. */
export function standardOf({ default: standard }: Pick<Schema, 'default'>): string | undefined {
  return standard === undefined || standard === null ? undefined : textOf(standard);
}

function groupIn(value: DataRecord, name: string): DataRecord {
  const group = value[name];
  return isRecord(group) ? group : {};
}

function isRecord(value: unknown): value is DataRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
