import { isObject } from '../../core/record.ts';
import type { ListReading } from './client-calls.ts';
import { parametersOf, type Parameters } from './read-export.ts';
import { saysNothing } from './translate-part.ts';
import type { Step } from './translate-steps.ts';
import { Untranslatable } from './untranslatable.ts';

/** How the answer of a list becomes records. */
export interface AnswerReading {
  readonly reading: Pick<ListReading, 'records' | 'expects' | 'shape'>;
  /** Steps that take a text apart. */
  readonly steps: readonly Step[];
}

/** Where the text of an answer stands until its steps have read it. */
const TEXT = 'text';

const AS_TEXT = { records: '', expects: 'text', shape: { type: 'text', field: TEXT } } as const;

/** Translates a deserializer. Throws Untranslatable. */
export function answerReading(deserializer: unknown, notes: string[]): AnswerReading {
  if (saysNothing(deserializer)) {
    notes.push('without a deserializer its answer comes as one record { "text" }');
    return { reading: AS_TEXT, steps: [] };
  }
  const { prototype } = isObject(deserializer) ? deserializer : {};
  const given = parametersOf(deserializer as Parameters);
  const pattern = typeof given['pattern'] === 'string' ? given['pattern'] : '';
  switch (prototype) {
    case 'json':
      return { reading: { records: plainPattern(pattern.replace(/\.\*$/, '')) }, steps: [] };
    case 'csv':
      return { reading: AS_TEXT, steps: csvSteps(given, notes) };
    case 'xml':
      return { reading: AS_TEXT, steps: xmlSteps(pattern, notes) };
    case 'form':
    case 'form-url-encoded':
      return { reading: AS_TEXT, steps: [parse('form'), { type: 'alumio-brancher', pattern: TEXT }] };
    default:
      throw new Untranslatable(`it reads answers as "${String(prototype)}"`);
  }
}

function plainPattern(pattern: string): string {
  if (/[*?[]/.test(pattern)) throw new Untranslatable(`its records stand at a pattern: ${pattern}`);
  return pattern;
}

function csvSteps({ delimiter, enclosure, escape, ...others }: Parameters, notes: string[]): Step[] {
  const separator = typeof delimiter === 'string' && delimiter.length === 1 ? delimiter : ',';
  if (typeof enclosure === 'string' && !['', '"'].includes(enclosure)) {
    notes.push(`fields in ${enclosure} are not read as enclosed: only those in double quotes are`);
  }
  const rest = Object.entries({ escape, ...others }).filter(([, value]) => !saysNothing(value) && value !== '\\');
  if (rest.length > 0) notes.push(`options of its CSV were ignored: ${JSON.stringify(Object.fromEntries(rest))}`);
  notes.push('the first row of its CSV is taken for the names of the columns');
  return [
    { ...parse('csv'), separator },
    { type: 'alumio-brancher', pattern: `${TEXT}.*` },
  ];
}

function xmlSteps(pattern: string, notes: string[]): Step[] {
  notes.push(
    'records of its XML are looked for below the root element; attributes come as "@name", text beside them as "#text"',
  );
  const place = pattern.replace(/\.\*$/, '');
  const inside = place === '' ? `${TEXT}.*` : `${TEXT}.*.${place}`;
  return [
    parse('xml'),
    { type: 'alumio-convert-to-array', pattern: inside, recursive: false },
    { type: 'alumio-brancher', pattern: `${inside}.*` },
  ];
}

function parse(format: string): Step {
  return { type: 'parse', field: TEXT, format };
}
