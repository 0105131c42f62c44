/** What a task is found by, as the text of a Postgres array; null where it is found by its key alone. */
export function searchText(values: readonly string[] | undefined): string | null {
  if (values === undefined || values.length === 0) return null;
  return `{${values.map((value) => `"${value.replace(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}
