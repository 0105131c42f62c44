import type { EntityManifest } from '../../connector/manifest-schema.ts';
import type { DataRecord, Json } from '../../core/record.ts';

/** A column of a sheet, and the field that it seems to be. */
export interface SheetColumn {
  readonly name: string;
  /** Values of the first rows. */
  readonly samples: readonly Json[];
  /** undefined where no field is like it. */
  readonly field: string | undefined;
}

/** Values shown of each column. */
const SAMPLES = 3;

/** Columns of a sheet with the fields that they are named after: by name or label, however it is written. */
export function suggestColumns(rows: readonly DataRecord[], entity: EntityManifest | undefined): SheetColumn[] {
  const fields = namesOf(entity);
  const taken = new Set<string>();
  return Object.keys(rows[0] ?? {}).map((name) => {
    const found = /^\$CF./.test(name) ? name : fields.get(plain(name));
    const field = found !== undefined && !taken.has(found) ? found : undefined;
    if (field !== undefined) taken.add(field);
    return { name, samples: rows.slice(0, SAMPLES).map((row) => row[name] ?? null), field };
  });
}

/** The field that tells which record a row is about: the id where the sheet has it, else one that can be searched. */
export function suggestKey(columns: readonly SheetColumn[], entity: EntityManifest | undefined): string | undefined {
  const fields = new Set(columns.map(({ field }) => field));
  const candidates = [entity?.idField, ...(entity?.find?.fields ?? [])];
  return candidates.find((field) => field !== undefined && fields.has(field));
}

/** Fields by what people may call them; a name counts before a label. */
function namesOf(entity: EntityManifest | undefined): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (text: string, field: string): void => {
    if (!names.has(plain(text))) names.set(plain(text), field);
  };
  const fields = Object.entries(entity?.fields ?? {});
  if (entity?.idField !== undefined) {
    add(entity.idField, entity.idField);
    // "Ticket ID" in a list of tickets.
    add(`${entity.name.replace(/s$/, '')} id`, entity.idField);
  }
  for (const [field] of fields) add(field, field);
  for (const [field, { title }] of fields) if (title !== undefined) add(title, field);
  return names;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}
