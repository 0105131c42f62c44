import { getPath, parsePath } from '../core/field-path.ts';
import type { Json } from '../core/record.ts';

/**
 * Reads what stands at a path of an answer, as manifests write it: `data.items`, `errors[0].message`.
 *
 * @param path '' is the answer itself.
 * @returns undefined when there is nothing.
 */
export function valueAt(body: Json | undefined, path: string): Json | undefined {
  if (path === '' || body === undefined) return body;
  return getPath(body, parsePath(path));
}
