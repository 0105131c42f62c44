import { TransformError } from '../core/errors.ts';
import { parsePath } from '../core/field-path.ts';
import { MAX_RECORD, parseRow, tooLong } from './ndjson-rows.ts';
import type { Emit, RowSink } from './row-sink.ts';

/*
 * Places in a document, and what leads from one to the next:
 *   start   its first character: "[" to items, "{" to object
 *   object  in an object on the way to the list: a key to colon, "}" to object around it, or end
 *   colon   behind a key: a value on the way is entered, others are passed over by skip
 *   items   in the list: a value is collected by item, "]" to object around it, or end
 *   item, skip   in a value, which is kept or not
 *   end     only white space may follow
 */
type Place = 'start' | 'object' | 'colon' | 'items' | 'item' | 'skip' | 'end';

/** Where a value that begins with none of these characters ends. */
const SCALAR_END = /[\s,\]}]/g;
const IN_CONTAINER = /["{}[\]]/g;
const IN_STRING = /["\\]/g;

/**
 * Records of a list somewhere in a JSON document, without holding more of it than one record.
 *
 * @param path Path of the list; undefined is the whole document.
 */
export function createJsonSink(path: string | undefined, emit: Emit): RowSink {
  const keys = path === undefined ? [] : parsePath(path).map(String);
  let place: Place = 'start';
  /** Objects around that are open; as many keys of the path are behind us. */
  let open = 0;
  let found = false;
  let row = 0;
  let key = '';
  /** Whether what is passed over is a key. */
  let isKey = false;
  let value = createValue();
  let needsComma = false;

  const leave = (): void => {
    place = open === 0 ? 'end' : 'object';
  };
  const begin = (kept: boolean): void => {
    value = createValue(kept);
    place = kept ? 'item' : 'skip';
  };

  /** Takes what it can from `at` on, and answers where it stopped. */
  const step = (text: string, at: number): number => {
    if (place === 'item' || place === 'skip') {
      const end = value.take(text, at, () => tooLong(row + 1));
      if (end < 0) return text.length;
      finishValue();
      return end;
    }
    const character = text.charAt(at);
    if (/\s/.test(character)) return at + 1;
    return enter(character, at);
  };

  const finishValue = (): void => {
    if (place === 'item') {
      row += 1;
      emit({ row, record: parseRow(value.text(), row) });
      place = 'items';
      needsComma = true;
    } else if (isKey) {
      isKey = false;
      key = parseKey(value.text());
      place = 'colon';
    } else place = 'object';
  };

  const enter = (character: string, at: number): number => {
    if (place === 'items') return inItems(character, at);
    if (place === 'object') return inObject(character, at);
    if (place === 'colon' && character === ':') return at + 1;
    if (place === 'end') throw broken('goes on after its end');
    const isWanted = place === 'start' || (!found && key === keys[open - 1]);
    const isLast = open === keys.length;
    if (isWanted && character === (isLast ? '[' : '{')) {
      if (isLast) found = true;
      else open += 1;
      place = isLast ? 'items' : 'object';
      return at + 1;
    }
    if (isWanted) throw broken(`has ${isLast ? 'no list' : 'no object'} ${where(keys.slice(0, open))}; set "path"`);
    begin(false);
    return at;
  };

  const inItems = (character: string, at: number): number => {
    if (character === ']') {
      leave();
      return at + 1;
    }
    if (needsComma !== (character === ',')) throw broken(`is no valid JSON at row ${row + 1}`, row + 1);
    needsComma = false;
    if (character === ',') return at + 1;
    begin(true);
    return at;
  };

  const inObject = (character: string, at: number): number => {
    if (character === ',') return at + 1;
    if (character === '}') {
      open -= 1;
      leave();
      return at + 1;
    }
    if (character !== '"') throw broken('is no valid JSON');
    isKey = true;
    value = createValue(true);
    place = 'skip';
    return at;
  };

  return {
    write(piece) {
      for (let at = 0; at < piece.length;) at = step(piece, at);
    },
    end() {
      if (place !== 'end') throw broken('ends too early; is it cut off?');
      if (!found) throw broken(`has no list ${where(keys)}; set "path"`);
    },
  };
}

interface Value {
  /** Takes text from `at` on; answers where the value ends, or -1 where it goes on in the next piece. */
  take(text: string, at: number, tooLong: () => Error): number;
  text(): string;
}

/** A value that comes in pieces. */
function createValue(isKept = false): Value {
  const parts: string[] = [];
  let length = 0;
  let depth = 0;
  let isString = false;
  let isScalar = false;
  let isEscaped = false;
  let hasBegun = false;

  const endOf = (text: string, from: number): number => {
    let at = from;
    if (!hasBegun) {
      hasBegun = true;
      const first = text.charAt(at);
      isString = first === '"';
      isScalar = !isString && first !== '{' && first !== '[';
      if (isString) at += 1;
    }
    if (isScalar) return find(SCALAR_END, text, at);
    for (; at < text.length;) {
      if (isEscaped) {
        isEscaped = false;
        at += 1;
        continue;
      }
      const next = find(isString ? IN_STRING : IN_CONTAINER, text, at);
      if (next < 0) return -1;
      const character = text.charAt(next);
      at = next + 1;
      if (character === '\\') isEscaped = true;
      else if (character === '"') isString = !isString;
      else depth += character === '{' || character === '[' ? 1 : -1;
      if (depth === 0 && !isString && !isEscaped) return at;
    }
    return -1;
  };
  return {
    take(text, at, onTooLong) {
      const end = endOf(text, at);
      const part = text.slice(at, end < 0 ? text.length : end);
      length += part.length;
      if (isKept) {
        if (length > MAX_RECORD) throw onTooLong();
        parts.push(part);
      }
      return end;
    },
    text: () => parts.join(''),
  };
}

function find(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

function parseKey(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw broken('is no valid JSON');
  }
}

function where(keys: readonly string[]): string {
  return keys.length === 0 ? 'as its whole' : `at "${keys.join('.')}"`;
}

function broken(what: string, row?: number): TransformError {
  return new TransformError(what, row === undefined ? {} : { row });
}
