import { type Condition, registry } from '../part.ts';
import empty from './empty.ts';
import equalsAdaptive from './equals-adaptive.ts';
import equals from './equals.ts';
import formatCreditCard from './format-credit-card.ts';
import formatDateTime from './format-date-time.ts';
import formatEmail from './format-email.ts';
import formatJsonSchema from './format-json-schema.ts';
import formatJson from './format-json.ts';
import formatUrl from './format-url.ts';
import formatUuid from './format-uuid.ts';
import listContainsMatch from './list-contains-match.ts';
import listContains from './list-contains.ts';
import listNotContainsMatch from './list-not-contains-match.ts';
import listNotContains from './list-not-contains.ts';
import logicAnd from './logic-and.ts';
import logicNot from './logic-not.ts';
import logicOr from './logic-or.ts';
import logicXor from './logic-xor.ts';
import mappedCondition from './mapped-condition.ts';
import notEmpty from './not-empty.ts';
import notEqualsAdaptive from './not-equals-adaptive.ts';
import notEquals from './not-equals.ts';
import notOneOf from './not-one-of.ts';
import numberGreaterThanOrEquals from './number-greater-than-or-equals.ts';
import numberGreaterThan from './number-greater-than.ts';
import numberLessThanOrEquals from './number-less-than-or-equals.ts';
import numberLessThan from './number-less-than.ts';
import oneOf from './one-of.ts';
import stringAlphabetic from './string-alphabetic.ts';
import stringAlphanumeric from './string-alphanumeric.ts';
import stringContains from './string-contains.ts';
import stringDigits from './string-digits.ts';
import stringEndsWith from './string-ends-with.ts';
import stringLengthBetween from './string-length-between.ts';
import stringNotContains from './string-not-contains.ts';
import stringNotRegex from './string-not-regex.ts';
import stringRegex from './string-regex.ts';
import stringStartsWith from './string-starts-with.ts';
import typeArray from './type-array.ts';
import typeBoolean from './type-boolean.ts';
import typeNumeric from './type-numeric.ts';
import typeObject from './type-object.ts';
import typeString from './type-string.ts';

/** Every condition on a value by its `type`. */
export const conditions = registry<Condition>([
  empty,
  equals,
  equalsAdaptive,
  formatCreditCard,
  formatDateTime,
  formatEmail,
  formatJson,
  formatJsonSchema,
  formatUrl,
  formatUuid,
  listContains,
  listContainsMatch,
  listNotContains,
  listNotContainsMatch,
  logicAnd,
  logicNot,
  logicOr,
  logicXor,
  mappedCondition,
  notEmpty,
  notEquals,
  notEqualsAdaptive,
  notOneOf,
  numberGreaterThan,
  numberGreaterThanOrEquals,
  numberLessThan,
  numberLessThanOrEquals,
  oneOf,
  stringAlphabetic,
  stringAlphanumeric,
  stringContains,
  stringDigits,
  stringEndsWith,
  stringLengthBetween,
  stringNotContains,
  stringNotRegex,
  stringRegex,
  stringStartsWith,
  typeArray,
  typeBoolean,
  typeNumeric,
  typeObject,
  typeString,
]);
