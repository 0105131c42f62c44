import type { JSONSchema } from 'json-schema-to-ts';

/**
 * Brings an option into the type that our schema wants. Editors of exports write null for what nobody chose, and numbers
 * as texts.
 *
 * @returns undefined where nothing is said, so that the default holds.
 */
export function fitOption(value: unknown, schema: JSONSchema): unknown {
  const types = typesOf(schema);
  if (types.length === 0) return value === null && hasEnum(schema) ? undefined : value;
  if (value === null || value === undefined) return types.includes('null') ? value : undefined;
  if (types.includes('array') || types.includes('object')) return fitList(value, types);
  if (typeof value === 'string' && !types.includes('string')) return fromText(value, types);
  if (typeof value === 'number' && types.includes('string') && !types.includes('number')) return String(value);
  return value;
}

function fitList(value: unknown, types: readonly string[]): unknown {
  if (value === '' && !types.includes('string')) return undefined;
  const isAlone = typeof value === 'string' || typeof value === 'number' || isPart(value);
  return isAlone && types.includes('array') && !types.includes('string') ? [value] : value;
}

/** One part where a list of parts is expected. */
function isPart(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'prototype' in value;
}

function fromText(text: string, types: readonly string[]): unknown {
  if (types.includes('integer') || types.includes('number')) {
    if (text.trim() === '') return undefined;
    return Number.isFinite(Number(text)) ? Number(text) : text;
  }
  if (!types.includes('boolean')) return text;
  return { true: true, '1': true, false: false, '0': false, '': false }[text] ?? text;
}

function typesOf(schema: JSONSchema): readonly string[] {
  if (typeof schema === 'boolean' || schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

function hasEnum(schema: JSONSchema): boolean {
  return typeof schema === 'object' && schema.enum !== undefined;
}
