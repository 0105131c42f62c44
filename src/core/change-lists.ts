import type { Transform } from './component.ts';
import { TransformError } from './errors.ts';
import { formatPath } from './field-path.ts';
import { compileGlob, isGlob } from './glob-path.ts';
import { RecordDraft } from './record-draft.ts';
import type { Json } from './record.ts';

/**
 * Makes a transform that changes every list that a path finds, which may have wildcards.
 *
 * It throws TransformError where something else stands, or where a path without wildcards finds nothing.
 */
export function changeLists(field: string, change: (list: readonly Json[]) => Json): Transform {
  const find = compileGlob(field);
  const isRequired = !isGlob(field);
  return (record) => {
    const matches = find(record);
    if (isRequired && matches.length === 0) {
      throw new TransformError(`Field "${field}" is missing`, { field }, 'ERR_FIELD_MISSING');
    }
    const draft = new RecordDraft(record);
    for (const { path, value } of matches) {
      const place = formatPath(path);
      if (!Array.isArray(value)) throw new TransformError(`Field "${place}" is not a list`, { field: place });
      draft.set(path, change(value as readonly Json[]));
    }
    return [draft.record];
  };
}
