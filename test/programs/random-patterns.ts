/** Numbers from 0 to before `below`, the same ones each time. */
export type Next = (below: number) => number;

/** A generator of numbers that begins at a seed. */
export function randomNumbers(seed: number): Next {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const ATOMS = ['a', 'b', 'c', '\\d', '\\w', '.', '[ab]', '[^a]', '\\s', 'é', 'k', 'ß', '[a-c]', '\\r', '\\n', 'ſ', 's'];
const ASSERTIONS = ['^', '$', '\\b', '\\B'];
const QUANTIFIERS = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}', '{0,2}?', '{2,}'];
const LOOKS = ['(?=', '(?!', '(?<=', '(?<!'];
const FLAGS = ['', 'i', 'u', 'iu', 'm', 's', 'ims', 'mu'];
const LETTERS = [
  'a',
  'b',
  'c',
  '\n',
  '\r',
  'k',
  'K',
  '\u212a',
  's',
  'ſ',
  'S',
  'é',
  'É',
  'ß',
  '1',
  ' ',
  '_',
  '\ud83d',
  '😀',
];

/** An expression of the language, and what the language makes of it. */
export function randomPattern(next: Next): {
  readonly source: string;
  readonly flags: string;
  readonly native: RegExp;
} {
  const source = part(next, 5);
  const flags = FLAGS[next(FLAGS.length)] ?? '';
  return { source, flags, native: new RegExp(source, `${flags}gd`) };
}

/** A short text; with `u` one without surrogates, in whose middle V8 begins where the language does not. */
export function randomText(next: Next, flags: string): string {
  const letters = flags.includes('u') ? LETTERS.slice(0, -2) : LETTERS;
  return Array.from({ length: next(14) }, () => letters[next(letters.length)]).join('');
}

function part(next: Next, depth: number): string {
  const pick = (from: readonly string[]): string => from[next(from.length)] ?? '';
  const inner = (): string => part(next, depth - 1);
  switch (depth <= 0 ? next(2) : next(9)) {
    case 0:
      return pick(ATOMS);
    case 1:
      return pick([...ATOMS, ...ASSERTIONS]);
    case 2:
      return `(${inner()})`;
    case 3:
      return `(?:${inner()}|${inner()})`;
    case 4:
      return pick(ATOMS) + pick(QUANTIFIERS);
    case 5:
      return `(${inner()})${pick(QUANTIFIERS)}`;
    case 6:
      return `${pick(LOOKS)}${inner()})`;
    case 7:
      return `(?:${inner()})${pick(QUANTIFIERS)}`;
    default:
      return inner() + inner();
  }
}
