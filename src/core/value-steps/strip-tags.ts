import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    lineBreaks: {
      type: 'boolean',
      default: false,
      description: 'Makes line breaks of <br> and of the ends of paragraphs, list items, rows and headings.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'strip-tags',
  summary: 'Takes HTML tags, comments, scripts and styles out of a text; what "&amp;" means is left to "decode".',
  options,
  examples: [
    { options: {}, input: '<p>Printer <b>jam</b></p><script>x</script>', output: 'Printer jam' },
    { options: { lineBreaks: true }, input: '<p>One</p><p>Two<br/>Three</p>', output: 'One\nTwo\nThree\n' },
    { options: {}, input: '1 < 2', output: '1 < 2' },
  ],
  create({ lineBreaks }) {
    return (value) => stripTags(textOf(value), lineBreaks);
  },
} satisfies ValueStep<FromSchema<typeof options>>;

const BREAKS = ['br', '/p', '/div', '/li', '/tr', '/h1', '/h2', '/h3', '/h4', '/h5', '/h6'];

/** Goes through the text once; a "<" that no tag follows is a plain character. */
function stripTags(text: string, lineBreaks: boolean): string {
  // Only these letters: others may become longer when they become small.
  const lower = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let result = '';
  let from = 0;
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', Math.max(from, open + 1))) {
    if (!/[a-z/!]/.test(lower.charAt(open + 1))) continue;
    const end = endOfTag(lower, open);
    // Without any ">" ahead there is no tag ahead either.
    if (end < 0) break;
    result += text.slice(from, open);
    const name = /^\/?[a-z0-9]+/.exec(lower.slice(open + 1, open + 16))?.[0] ?? '';
    if (lineBreaks && BREAKS.includes(name)) result += '\n';
    from = end;
  }
  return result + text.slice(from);
}

/** Place after a tag; or after a comment, script or style, which takes all the rest with it where it does not end. */
function endOfTag(lower: string, open: number): number {
  const end = placeAfter(lower, '>', open);
  for (const [start, close] of ENCLOSED) {
    if (!lower.startsWith(start, open)) continue;
    const closed = placeAfter(lower, close, open);
    return closed < 0 ? lower.length : closed;
  }
  return end;
}

const ENCLOSED = [
  ['<!--', '-->'],
  ['<script', '</script>'],
  ['<style', '</style>'],
] as const;

function placeAfter(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at < 0 ? -1 : at + end.length;
}
