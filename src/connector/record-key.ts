import { SourceError } from '../core/errors.ts';
import type { DataRecord } from '../core/record.ts';
import { fieldOf } from './delta-window.ts';
import type { EntityManifest } from './manifest-schema.ts';

/**
 * The values of an entity's key fields, joined: ids are often unique only together with their parent's.
 *
 * @returns undefined where the entity has no key.
 * @throws SourceError ERR_KEY_MISSING when a key field is missing or empty.
 */
export function recordKey(record: DataRecord, { key, name }: Pick<EntityManifest, 'key' | 'name'>): string | undefined {
  if (key.length === 0) return undefined;
  return key.map((field) => keyPart(record, field, name)).join('/');
}

function keyPart(record: DataRecord, field: string, entity: string): string {
  const value = fieldOf(record, field);
  if (value === undefined || value === null || typeof value === 'object') {
    throw new SourceError(
      'ERR_KEY_MISSING',
      `A record of "${entity}" has no key: field "${field}" is missing or empty`,
      { details: { entity, field, fields: Object.keys(record).slice(0, 20) } },
    );
  }
  return String(value);
}
