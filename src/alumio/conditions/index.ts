import { type Condition, registry } from '../part.ts';
import empty from './empty.ts';
import equals from './equals.ts';
import equalsAdaptive from './equals-adaptive.ts';
import formatEmail from './format-email.ts';
import formatUrl from './format-url.ts';
import logicAnd from './logic-and.ts';
import logicNot from './logic-not.ts';
import logicOr from './logic-or.ts';
import mappedCondition from './mapped-condition.ts';
import notEmpty from './not-empty.ts';
import notEquals from './not-equals.ts';
import notEqualsAdaptive from './not-equals-adaptive.ts';
import notOneOf from './not-one-of.ts';
import oneOf from './one-of.ts';
import stringLengthBetween from './string-length-between.ts';
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
  formatEmail,
  formatUrl,
  logicAnd,
  logicNot,
  logicOr,
  mappedCondition,
  notEmpty,
  notEquals,
  notEqualsAdaptive,
  notOneOf,
  oneOf,
  stringLengthBetween,
  typeArray,
  typeBoolean,
  typeNumeric,
  typeObject,
  typeString,
]);
