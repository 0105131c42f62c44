import type { ClientOverview, DataRecord, Schema } from '../types.ts';
import type { Filters } from './router.tsx';

/**
 * Options of a template as the address holds them, so that a filled form can be sent to somebody, and is still filled after a
 * client was connected: texts as they are, everything else as JSON.
 */
export function optionsOf({ properties = {} }: Schema, filters: Filters): DataRecord {
  const known = Object.entries(properties).filter(([name]) => filters[name] !== undefined);
  return Object.fromEntries(known.map(([name, schema]) => [name, read(schema, filters[name] ?? '')]));
}

/** Changes of the address that say the same as options; null takes an option out. */
export function filtersOf({ properties = {} }: Schema, options: DataRecord): Record<string, string | null> {
  const names = Object.keys(properties);
  return Object.fromEntries(names.map((name) => [name, name in options ? write(options[name]) : null]));
}

/** The clients that fit an option of their own, where there is one each: nobody would choose another. */
export function onlyClients({ properties = {} }: Schema, clients: readonly ClientOverview[]): DataRecord {
  const chosen = Object.entries(properties).flatMap(([name, { format, connectors = [] }]) => {
    if (format !== 'client') return [];
    const [only, ...others] = clients.filter(({ spec }) => connectors.includes(spec.connector));
    return only && others.length === 0 ? [[name, only.identifier] as const] : [];
  });
  return Object.fromEntries(chosen);
}

function read({ type }: Schema, text: string): unknown {
  if (type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function write(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
