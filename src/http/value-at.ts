import { getPath, parsePath } from '../core/field-path.ts';
import { isRecord, type Json } from '../core/record.ts';

/**
 * Reads what stands at a path of an answer, as manifests write it: `data.items`, `errors[0].message`.
 *
 * A key of the answer that is spelled like the whole path goes first: `@odata.nextLink` needs no quotes.
 *
 * @param path '' is the answer itself.
 * @returns undefined when there is nothing.
 */
export function valueAt(body: Json | undefined, path: string): Json | undefined {
  if (path === '' || body === undefined) return body;
  if (isRecord(body) && Object.hasOwn(body, path)) return body[path];
  return getPath(body, parsePath(path));
}
