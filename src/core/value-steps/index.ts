import type { ValueStep } from '../value-step.ts';
import addItems from './add-items.ts';
import addToDate from './add-to-date.ts';
import append from './append.ts';
import caseStep from './case.ts';
import cast from './cast.ts';
import conditional from './conditional.ts';
import count from './count.ts';
import decode from './decode.ts';
import defaultStep from './default.ts';
import each from './each.ts';
import encode from './encode.ts';
import extract from './extract.ts';
import filter from './filter.ts';
import first from './first.ts';
import flatten from './flatten.ts';
import formatDate from './format-date.ts';
import formatNumber from './format-number.ts';
import hash from './hash.ts';
import join from './join.ts';
import keys from './keys.ts';
import last from './last.ts';
import listToObject from './list-to-object.ts';
import lookup from './lookup.ts';
import math from './math.ts';
import objectToList from './object-to-list.ts';
import pad from './pad.ts';
import parseJson from './parse-json.ts';
import parseNumber from './parse-number.ts';
import pickKeys from './pick-keys.ts';
import pluck from './pluck.ts';
import prepend from './prepend.ts';
import printJson from './print-json.ts';
import replace from './replace.ts';
import reverse from './reverse.ts';
import round from './round.ts';
import slice from './slice.ts';
import slug from './slug.ts';
import sort from './sort.ts';
import split from './split.ts';
import stripTags from './strip-tags.ts';
import substring from './substring.ts';
import trim from './trim.ts';
import unique from './unique.ts';
import values from './values.ts';

const ALL: readonly ValueStep[] = [
  addItems,
  addToDate,
  append,
  caseStep,
  cast,
  conditional,
  count,
  decode,
  defaultStep,
  each,
  encode,
  extract,
  filter,
  first,
  flatten,
  formatDate,
  formatNumber,
  hash,
  join,
  keys,
  last,
  listToObject,
  lookup,
  math,
  objectToList,
  pad,
  parseJson,
  parseNumber,
  pickKeys,
  pluck,
  prepend,
  printJson,
  replace,
  reverse,
  round,
  slice,
  slug,
  sort,
  split,
  stripTags,
  substring,
  trim,
  unique,
  values,
];

/** Every value step by its `type`. */
export const valueSteps: ReadonlyMap<string, ValueStep> = new Map(ALL.map((step) => [step.type, step]));
