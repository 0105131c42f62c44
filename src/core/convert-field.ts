import type { Transform } from './component.ts';
import { TransformError } from './errors.ts';
import { getPath, parsePath, setPath } from './field-path.ts';
import type { Json } from './record.ts';

/**
 * Makes a transform that reads a field, converts its value and puts it to another field, or back.
 *
 * @param field "@" is the whole record.
 * @throws TransformError, in the transform, that names the field.
 */
export function convertField(field: string, to: string | undefined, convert: (value: Json) => Json): Transform {
  const source = field === '@' ? [] : parsePath(field);
  const target = parsePath(to ?? field);
  return (record) => {
    const value = getPath(record, source);
    if (value === undefined) throw new TransformError(`Field "${field}" is missing`, { field }, 'ERR_FIELD_MISSING');
    return [setPath(record, target, converted(value))];
  };

  function converted(value: Json): Json {
    try {
      return convert(value);
    } catch (error) {
      if (!(error instanceof TransformError)) throw error;
      throw new TransformError(`Field "${field}": ${error.message}`, { field, ...error.details }, error.code);
    }
  }
}
