import { expect, test } from '@jest/globals';
import { formatJson } from '../../../src/connector/open-api/format-json.ts';

test('what fits stands on one line, the rest one entry a line', () => {
  const long = 'a text of some length that does not fit on a line with another one';
  const text = formatJson({ a: [1, 2], b: { c: {}, d: [] }, e: [{ f: long, g: long }], h: null });
  expect(text).toBe(`{
  "a": [1, 2],
  "b": { "c": {}, "d": [] },
  "e": [
    {
      "f": "${long}",
      "g": "${long}"
    }
  ],
  "h": null
}
`);
});

test.each([{}, [], 'text', 7, null, { a: { b: 'x'.repeat(300) } }, { 'a "key"': 'line\nbreak' }])(
  '%j is read back as it was',
  (value) => {
    expect(JSON.parse(formatJson(value))).toEqual(value);
  },
);

test('no line of short values is longer than 110 characters', () => {
  for (let length = 1; length < 60; length += 1) {
    const value = { object: { list: Array.from({ length }, (_, index) => index * 7) } };
    const lines = formatJson(value).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
  }
});
