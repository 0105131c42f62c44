import { ConfigError, TransformError } from './errors.ts';
import { ownReader } from './own-key.ts';
import { isRecord, type DataRecord, type Json } from './record.ts';

/** Keys and list indexes from the outside in. */
export type FieldPath = readonly (string | number)[];

const SEGMENT = /(?:^|\.)(?:"((?:[^"\\]|\\.)*)"|([^.[\]"]+))|\[(-?\d+)\]/y;

const DIGITS = /^\d+$/;

/**
 * Parses a path such as `customer.emails[0].address`.
 *
 * A key with a dot, bracket or quote in it stands in double quotes as in JSON: `"e.mail".work`. An index counts from the
 * end when negative. Digits between dots (`lines.0.sku`) are an index on lists and a key on objects.
 *
 * @throws ConfigError ERR_FIELD_PATH with the position of the fault.
 */
export function parsePath(text: string): FieldPath {
  const path: (string | number)[] = [];
  if (text.startsWith('.')) throw pathError(text, 0);
  SEGMENT.lastIndex = 0;
  for (let at = 0; at < text.length; at = SEGMENT.lastIndex) {
    const match = SEGMENT.exec(text);
    if (!match) throw pathError(text, at);
    const [, quoted, plain, index] = match;
    if (index !== undefined) path.push(Number(index));
    else path.push(quoted === undefined ? (plain ?? '') : unquote(quoted, text, at));
  }
  if (path.length === 0) throw pathError(text, 0);
  return path;
}

/** The value at a path, own keys only; undefined where there is none. */
export function getPath(root: Json, path: FieldPath): Json | undefined {
  let value: Json | undefined = root;
  for (const segment of path) {
    value = child(value, segment);
    if (value === undefined) return undefined;
  }
  return value;
}

/** Compiles what {@link getPath} does, for a path that is read again and again. */
export function pathReader(path: FieldPath): (root: Json) => Json | undefined {
  const [first] = path;
  const isPlain = path.length === 1 && typeof first === 'string' && !DIGITS.test(first);
  return isPlain ? ownReader(first) : (root) => getPath(root, path);
}

/**
 * A copy of the record with a value at a path; everything beside the path is shared with the original.
 *
 * Missing or null parts become objects, or lists where an index follows. A list grows by one item at its end at most.
 *
 * @throws TransformError when a part of the path is a plain value, or an index lies outside its list.
 */
export function setPath(record: DataRecord, path: FieldPath, value: Json): DataRecord {
  return setAt(record, path, 0, value) as DataRecord;
}

/** A copy of the record without what stands at a path; the record itself where nothing does. Later list items move up. */
export function removePath(record: DataRecord, path: FieldPath): DataRecord {
  return removeAt(record, path, 0) as DataRecord;
}

function child(value: Json | undefined, segment: string | number): Json | undefined {
  if (Array.isArray(value)) {
    const index = toIndex(segment);
    return index === undefined ? undefined : (value as readonly Json[]).at(index);
  }
  const key = String(segment);
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function toIndex(segment: string | number): number | undefined {
  if (typeof segment === 'number') return segment;
  return DIGITS.test(segment) ? Number(segment) : undefined;
}

function setAt(container: Json | undefined, path: FieldPath, depth: number, value: Json): Json {
  const segment = path[depth];
  if (segment === undefined) return value;
  const base = container ?? (typeof segment === 'number' ? [] : {});
  if (Array.isArray(base)) return setItem(base as readonly Json[], path, depth, value);
  if (!isRecord(base)) throw new TransformError(`Field "${formatPath(path.slice(0, depth))}" is not an object`);
  // A spread with a computed key defines own properties, also for "__proto__".
  return { ...base, [String(segment)]: setAt(child(base, segment), path, depth + 1, value) };
}

function setItem(list: readonly Json[], path: FieldPath, depth: number, value: Json): Json {
  const index = toIndex(path[depth] ?? '');
  const field = formatPath(path.slice(0, depth));
  if (index === undefined) throw new TransformError(`Field "${field}" is a list, not an object`, { field });
  const place = index < 0 ? index + list.length : index;
  if (place < 0 || place > list.length) {
    throw new TransformError(`List "${field}" has ${list.length} items, so ${index} cannot be set`, { field });
  }
  const copy = [...list];
  copy[place] = setAt(list[place], path, depth + 1, value);
  return copy;
}

function removeAt(container: Json, path: FieldPath, depth: number): Json {
  const segment = path[depth] ?? '';
  const inner = child(container, segment);
  if (inner === undefined) return container;
  const isLast = depth === path.length - 1;
  const kept = isLast ? undefined : removeAt(inner, path, depth + 1);
  if (kept === inner) return container;
  if (Array.isArray(container)) {
    const list = container as readonly Json[];
    const index = toIndex(segment) ?? 0;
    const place = index < 0 ? index + list.length : index;
    return list.toSpliced(place, 1, ...(kept === undefined ? [] : [kept]));
  }
  const key = String(segment);
  if (kept !== undefined) return { ...(container as DataRecord), [key]: kept };
  const { [key]: removed, ...rest } = container as DataRecord;
  return removed === undefined ? container : rest;
}

/** A path as a person writes it; the opposite of {@link parsePath}. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    const key = /^[^.[\]"]+$/.test(segment) ? segment : JSON.stringify(segment);
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

function unquote(quoted: string, text: string, at: number): string {
  try {
    return JSON.parse(`"${quoted}"`) as string;
  } catch {
    throw pathError(text, at);
  }
}

function pathError(text: string, at: number): ConfigError {
  const hint = 'write keys with dots between them and indexes in brackets, such as "lines[0].sku"';
  return new ConfigError('ERR_FIELD_PATH', `"${text}" is not a path (position ${at + 1}): ${hint}`, {
    details: { field: text, position: at + 1 },
  });
}
