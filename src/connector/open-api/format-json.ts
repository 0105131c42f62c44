import { isObject } from '../../core/record.ts';

const WIDTH = 110;

/**
 * Writes JSON that is short and easy to compare: what fits stands on one line, the rest one entry a line.
 *
 * The outermost object always has one key a line. Keys keep their order; the text ends with a line break.
 */
export function formatJson(value: unknown): string {
  return `${format(value, '', 0, true)}\n`;
}

function format(value: unknown, indent: string, used: number, isBroken: boolean): string {
  const short = isBroken ? undefined : oneLine(value, WIDTH - used);
  if (short !== undefined) return short;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => `${inner}${format(item, inner, inner.length + 1, false)}`);
    return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => {
    const start = `${inner}${JSON.stringify(key)}: `;
    return `${start}${format(each, inner, start.length + 1, false)}`;
  });
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}

/** The value on one line; undefined when that takes more than `room` characters. */
function oneLine(value: unknown, room: number): string | undefined {
  if (room < 2) return undefined;
  if (Array.isArray(value)) {
    const items = within(value, room - 2, (item) => item);
    return items && `[${items.join(', ')}]`;
  }
  if (!isObject(value)) {
    const text = JSON.stringify(value);
    return text.length <= room ? text : undefined;
  }
  const entries = Object.entries(value);
  const parts = within(
    entries,
    room - 4,
    ([, each]) => each,
    ([key]) => `${JSON.stringify(key)}: `,
  );
  return parts && (parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`);
}

/** Entries as text; stops as soon as they need more than `room`, so that large values cost nothing. */
function within<T>(
  entries: readonly T[],
  room: number,
  valueOf: (entry: T) => unknown,
  startOf: (entry: T) => string = () => '',
): string[] | undefined {
  let left = room;
  const parts: string[] = [];
  for (const entry of entries) {
    const start = startOf(entry);
    const text = oneLine(valueOf(entry), left - start.length);
    if (text === undefined) return undefined;
    parts.push(start + text);
    left -= start.length + text.length + 2;
    if (left < -2) return undefined;
  }
  return parts;
}
