/** What has to be marked inside of a quoted item. */
const MARKED = /["\\]/;
const ALL_MARKED = /["\\]/g;

/**
 * Parameters as both drivers take them, with lists as Postgres writes them: `{1,NULL,"a \"b\""}`.
 *
 * The drivers do that as well, item by item, whatever is in them. Hot statements carry hundreds of keys and numbers, which
 * need no marks: those are joined at once.
 */
export function withListTexts(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => (Array.isArray(value) ? listText(value) : value));
}

/** Lists within lists, bytes and dates are left to the driver. */
function listText(items: readonly unknown[]): unknown {
  if (items.every(isNumberOrNull)) return `{${items.map((item) => item ?? 'NULL').join(',')}}`;
  if (!items.every(isText)) return items.every(isScalar) ? `{${items.map(itemText).join(',')}}` : items;
  return MARKED.test(items.join('')) ? `{${items.map(quoted).join(',')}}` : `{"${items.join('","')}"}`;
}

type Scalar = string | number | boolean | null | undefined;

function isNumberOrNull(item: unknown): item is number | null | undefined {
  return typeof item === 'number' || item === null || item === undefined;
}

function isText(item: unknown): item is string {
  return typeof item === 'string';
}

function isScalar(item: unknown): item is Scalar {
  return isNumberOrNull(item) || isText(item) || typeof item === 'boolean';
}

function itemText(item: Scalar): string {
  return isText(item) ? quoted(item) : String(item ?? 'NULL');
}

function quoted(item: string): string {
  return `"${item.replaceAll(ALL_MARKED, String.raw`\$&`)}"`;
}
