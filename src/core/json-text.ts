import { TransformError } from './errors.ts';
import type { Json } from './record.ts';
import { checkParsed } from './value-kinds.ts';

/** The value of a JSON text inside of a record. Throws TransformError where it is none, or holds what records cannot. */
export function parseJsonText(text: string): Json {
  const value = parse(text);
  checkParsed(value);
  return value;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) {
      const place = /position (\d+)/.exec(error.message)?.[1];
      throw new TransformError(`finds no valid JSON${place === undefined ? '' : ` (position ${Number(place) + 1})`}`);
    }
    throw error;
  }
}
