import type { EntityManifest } from '../../connector/manifest-schema.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Problem } from '../../core/validation.ts';
import { requestInvalid } from '../request-error.ts';

/** What becomes of the rows of a sheet. */
export interface SheetPlan {
  /** Of the incoming, the outgoing and the route that are made. */
  readonly identifier: string;
  readonly client: string;
  readonly entity: string;
  /** Column → field; columns that are not named stay in the sheet. */
  readonly columns: Readonly<Record<string, string>>;
  /** Field that tells which record a row is about. */
  readonly key: string;
  /** update: rows without a record fail; post: they make one. */
  readonly action: 'update' | 'post';
  /** What an empty cell does: leaves the field alone, or empties it. */
  readonly empty: 'keep' | 'clear';
  /** How the file is read. */
  readonly reading: Readonly<Record<string, unknown>>;
}

const CUSTOM = /^\$CF./;

/** The documents of a sheet: an incoming that takes uploads, an outgoing that writes, and the route between. */
export function sheetDocuments(plan: SheetPlan, entity: EntityManifest): object[] {
  checkPlan(plan, entity);
  const { identifier, client, action, key, reading } = plan;
  // Custom fields join the record under their own names, before the columns are looked at.
  const customColumns = Object.entries(plan.columns).filter(([, field]) => CUSTOM.test(field));
  const subscriber = {
    ...{ type: 'file', mode: 'full', withoutKey: 'row', shortRows: 'fill' },
    ...reading,
    requires: Object.keys(plan.columns).filter((column) => !CUSTOM.test(plan.columns[column] ?? '')),
    customFields: customColumns.length > 0,
    customColumns: Object.fromEntries(customColumns.map(([column, field]) => [column, field.slice(1)])),
  };
  const match = key === entity.idField ? [] : [{ fields: [key] }];
  const publisher = { type: 'connector', client, entity: entity.name, action, match, ...batchOf(plan, entity) };
  return [
    { kind: 'incoming', identifier, spec: { subscriber, transformers: [mapStep(plan, customColumns.length > 0)] } },
    { kind: 'outgoing', identifier, spec: { publisher } },
    { kind: 'route', identifier, spec: { incoming: identifier, outgoing: identifier } },
  ];
}

/** Where every row names its id, no answer has to tell one: as many go with a call as the system takes. */
function batchOf({ key, action }: SheetPlan, { idField, operations }: EntityManifest): object {
  const size = operations['post']?.body?.defaultBatch;
  return key === idField && action === 'update' && size !== undefined ? { batch: { size } } : {};
}

function mapStep({ columns, key, empty }: SheetPlan, hasCustom: boolean): object {
  const own = Object.entries(columns).filter(([, field]) => !CUSTOM.test(field));
  const fields = own.map(([column, field]) => {
    const from = pathOf(column);
    // A row without its key would be taken for a new record.
    if (empty === 'clear' && field !== key) return [pathOf(field), { from }];
    return [pathOf(field), { from, when: { field: from, empty: false } }];
  });
  const custom = hasCustom ? [['customfields', { from: 'customfields', onMissing: 'omit' }]] : [];
  return { type: 'map', fields: Object.fromEntries([...fields, ...custom]) as object };
}

/** The path of a column, whatever is in its name. */
function pathOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

function checkPlan({ columns, key }: SheetPlan, entity: EntityManifest): void {
  const known = Object.keys(entity.fields ?? {});
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const [column, field] of Object.entries(columns)) {
    const path = `body.columns.${column}`;
    const before = seen.get(field);
    if (before !== undefined) problems.push({ path, message: `"${field}" is what "${before}" becomes already` });
    seen.set(field, column);
    if (CUSTOM.test(column) && field !== column) {
      problems.push({ path, message: `is the custom field "${column}" by its name, or has to be named otherwise` });
    } else if (!CUSTOM.test(field) && known.length > 0 && !known.includes(field) && field !== entity.idField) {
      problems.push({ path, message: `"${field}" is no field of ${entity.name}${didYouMean(field, known)}` });
    }
  }
  if (!seen.has(key)) problems.push({ path: 'body.key', message: `no column becomes "${key}"` });
  if (problems.length > 0) throw requestInvalid(problems);
}
