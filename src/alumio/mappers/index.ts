import { type MapValue, registry } from '../part.ts';
import castArray from './cast-array.ts';
import castBool from './cast-bool.ts';
import castFloat from './cast-float.ts';
import castInt from './cast-int.ts';
import castString from './cast-string.ts';
import chainMapper from './chain.ts';
import conditionalMapper from './conditional.ts';
import decodeBase64 from './decode-base64.ts';
import deserializeJson from './deserialize-json.ts';
import dictionaryMap from './dictionary-map.ts';
import encodeBase64 from './encode-base64.ts';
import encodeUrl from './encode-url.ts';
import formatDate from './format-date.ts';
import formatNumber from './format-number.ts';
import listConcat from './list-concat.ts';
import listCount from './list-count.ts';
import listExtendWith from './list-extend-with.ts';
import listFill from './list-fill.ts';
import listFilter from './list-filter.ts';
import listFirst from './list-first.ts';
import listFlip from './list-flip.ts';
import listImplode from './list-implode.ts';
import listIntersectKeys from './list-intersect-keys.ts';
import listKeys from './list-keys.ts';
import listLast from './list-last.ts';
import listReverse from './list-reverse.ts';
import listSlice from './list-slice.ts';
import listSum from './list-sum.ts';
import listUnique from './list-unique.ts';
import listValues from './list-values.ts';
import numberAbsolute from './number-absolute.ts';
import numberCeil from './number-ceil.ts';
import numberFloor from './number-floor.ts';
import numberRound from './number-round.ts';
import operatorMapper from './operator.ts';
import preparedOperator from './prepared-operator.ts';
import serializeJson from './serialize-json.ts';
import standardMapper from './standard.ts';
import stringAppend from './string-append.ts';
import stringCut from './string-cut.ts';
import stringHash from './string-hash.ts';
import stringLength from './string-length.ts';
import stringLowerFirst from './string-lower-first.ts';
import stringLower from './string-lower.ts';
import stringPad from './string-pad.ts';
import stringPrepend from './string-prepend.ts';
import stringRegexReplace from './string-regex-replace.ts';
import stringReplace from './string-replace.ts';
import stringSlugify from './string-slugify.ts';
import stringSplit from './string-split.ts';
import stringStripTags from './string-strip-tags.ts';
import stringTrim from './string-trim.ts';
import stringUpperFirst from './string-upper-first.ts';
import stringUpperWords from './string-upper-words.ts';
import stringUpper from './string-upper.ts';

/** Every mapper by its `type`. */
export const mappers = registry<MapValue>([
  castArray,
  castBool,
  castFloat,
  castInt,
  castString,
  chainMapper,
  conditionalMapper,
  decodeBase64,
  deserializeJson,
  dictionaryMap,
  encodeBase64,
  encodeUrl,
  formatDate,
  formatNumber,
  listConcat,
  listCount,
  listExtendWith,
  listFill,
  listFilter,
  listFirst,
  listFlip,
  listImplode,
  listIntersectKeys,
  listKeys,
  listLast,
  listReverse,
  listSlice,
  listSum,
  listUnique,
  listValues,
  numberAbsolute,
  numberCeil,
  numberFloor,
  numberRound,
  operatorMapper,
  preparedOperator,
  serializeJson,
  standardMapper,
  stringAppend,
  stringCut,
  stringHash,
  stringLength,
  stringLower,
  stringLowerFirst,
  stringPad,
  stringPrepend,
  stringRegexReplace,
  stringReplace,
  stringSlugify,
  stringSplit,
  stringStripTags,
  stringTrim,
  stringUpper,
  stringUpperFirst,
  stringUpperWords,
]);
