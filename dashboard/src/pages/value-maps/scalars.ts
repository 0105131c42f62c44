/** What a value map translates. */
export type Scalar = string | number | boolean | null;

/** Text that would be read as something else stands in quotes. */
export function show(value: Scalar): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return read(value) === value ? value : JSON.stringify(value);
}

/** Value of what a person typed: numbers, true, false and null are what they look like, text in quotes is text. */
export function read(text: string): Scalar {
  if (!/^(-?\d+(\.\d+)?|true|false|null|".*")$/.test(text)) return text;
  try {
    return JSON.parse(text) as Scalar;
  } catch {
    return text;
  }
}
