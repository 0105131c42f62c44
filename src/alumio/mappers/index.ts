import { type MapValue, registry } from '../part.ts';
import castBool from './cast-bool.ts';
import castFloat from './cast-float.ts';
import castInt from './cast-int.ts';
import castString from './cast-string.ts';
import chainMapper from './chain.ts';
import conditionalMapper from './conditional.ts';
import deserializeJson from './deserialize-json.ts';
import dictionaryMap from './dictionary-map.ts';
import formatDate from './format-date.ts';
import formatNumber from './format-number.ts';
import listConcat from './list-concat.ts';
import listCount from './list-count.ts';
import listExtendWith from './list-extend-with.ts';
import listFill from './list-fill.ts';
import listFirst from './list-first.ts';
import listImplode from './list-implode.ts';
import listIntersectKeys from './list-intersect-keys.ts';
import listKeys from './list-keys.ts';
import listLast from './list-last.ts';
import listReverse from './list-reverse.ts';
import listValues from './list-values.ts';
import operatorMapper from './operator.ts';
import preparedOperator from './prepared-operator.ts';
import serializeJson from './serialize-json.ts';
import standardMapper from './standard.ts';
import stringAppend from './string-append.ts';
import stringCut from './string-cut.ts';
import stringHash from './string-hash.ts';
import stringLower from './string-lower.ts';
import stringPrepend from './string-prepend.ts';
import stringReplace from './string-replace.ts';
import stringSlugify from './string-slugify.ts';
import stringSplit from './string-split.ts';
import stringTrim from './string-trim.ts';
import stringUpper from './string-upper.ts';
import stringUpperFirst from './string-upper-first.ts';

/** Every mapper by its `type`. */
export const mappers = registry<MapValue>([
  castBool,
  castFloat,
  castInt,
  castString,
  chainMapper,
  conditionalMapper,
  deserializeJson,
  dictionaryMap,
  formatDate,
  formatNumber,
  listConcat,
  listCount,
  listExtendWith,
  listFill,
  listFirst,
  listImplode,
  listIntersectKeys,
  listKeys,
  listLast,
  listReverse,
  listValues,
  operatorMapper,
  preparedOperator,
  serializeJson,
  standardMapper,
  stringAppend,
  stringCut,
  stringHash,
  stringLower,
  stringPrepend,
  stringReplace,
  stringSlugify,
  stringSplit,
  stringTrim,
  stringUpper,
  stringUpperFirst,
]);
