import type { UiSchema } from '@rjsf/utils';
import type { Schema } from '../types.ts';
import { isGroup } from './schema-data.ts';

const STEP_LISTS = new Set(['steps', 'then', 'else', 'default', 'requestTransformers']);

/** How the form of a schema looks: a label for each option, and the field that fits it. What no field fits is JSON. */
export function uiSchemaOf({ properties = {} }: Schema): UiSchema {
  const entries = Object.entries(properties).map(([name, property]): [string, UiSchema] => [
    name,
    {
      'ui:title': property.title ?? titleOf(name),
      // What can be one thing or another is one field all the same.
      'ui:fieldReplacesAnyOrOneOf': true,
      ...fieldOf(name, property),
    },
  ]);
  return Object.fromEntries(entries);
}

function fieldOf(name: string, schema: Schema): UiSchema {
  const type = typeOf(schema);
  if (schema.format === 'client') return { 'ui:field': 'client' };
  if (schema.records) return { 'ui:field': 'record' };
  if (schema.enum) return { 'ui:widget': 'select' };
  if (name === 'when') return { 'ui:field': 'condition' };
  if (name === 'fields' && isTemplates(schema)) return { 'ui:field': 'mapper' };
  if (type === 'boolean') return { 'ui:widget': 'checkbox' };
  if (type === 'integer' || type === 'number') return { 'ui:widget': 'updown' };
  if (isCountOrText(schema)) return { 'ui:field': 'scalar' };
  if (type === 'string') return { 'ui:widget': schema.writeOnly ? 'password' : 'text' };
  if (type === 'array' && schema.items?.type === 'string') return { 'ui:field': 'tags' };
  if (type === 'array' && isStepList(name, schema)) return { 'ui:field': 'steps' };
  if (isTable(schema)) return { 'ui:field': 'rows' };
  if (isPairs(schema)) return { 'ui:field': 'pairs' };
  if (isGroup(schema)) return uiSchemaOf(schema);
  return { 'ui:field': 'json' };
}

/** The one type of an option; null beside it is an option that is left out. */
function typeOf({ type }: Schema): string | undefined {
  const [only, ...others] = [type ?? []].flat().filter((each) => each !== 'null');
  return others.length === 0 ? only : undefined;
}

function titleOf(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isStepList(name: string, { items }: Schema): boolean {
  return STEP_LISTS.has(name) && items?.type === 'object' && items.properties === undefined;
}

function isPairs({ type, additionalProperties }: Schema): boolean {
  return type === 'object' && typeof additionalProperties === 'object' && additionalProperties.type === 'string';
}

function isTemplates({ type, additionalProperties }: Schema): boolean {
  return type === 'object' && typeof additionalProperties === 'object' && additionalProperties.type === undefined;
}

/** True for a list of small records, or of pairs. */
export function isTable({ type, items }: Schema): boolean {
  if (type !== 'array' || !items) return false;
  return isPairItem(items) || (isGroup(items) && Object.values(items.properties ?? {}).every(isScalar));
}

/** True for a number that can be said otherwise, too, such as a share: "5%". */
function isCountOrText({ type }: Schema): boolean {
  return Array.isArray(type) && type.length === 2 && type.includes('string') && type.includes('integer');
}

/** True for an item that is from what to what. */
export function isPairItem({ type, minItems, maxItems }: Schema): boolean {
  return type === 'array' && minItems === 2 && maxItems === 2;
}

function isScalar({ type, enum: choices }: Schema): boolean {
  return choices !== undefined || type === 'string' || type === 'integer' || type === 'number';
}
