import { type Filter, registry } from '../part.ts';
import andCondition from './and-condition.ts';
import keyCondition from './key-condition.ts';
import keyExistsCondition from './key-exists-condition.ts';
import keyNotExistsCondition from './key-not-exists-condition.ts';
import notCondition from './not-condition.ts';
import orCondition from './or-condition.ts';
import storageEntityFilter from './storage-entity-filter.ts';
import valueConditionV2 from './value-condition-v2.ts';

/** Every condition on a record by its `type`. */
export const filters = registry<Filter>([
  andCondition,
  keyCondition,
  keyExistsCondition,
  keyNotExistsCondition,
  notCondition,
  orCondition,
  storageEntityFilter,
  valueConditionV2,
]);
