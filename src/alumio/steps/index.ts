import type { Transformer } from '../../core/component.ts';
import accessorCopyStep from './alumio-accessor-copy.ts';
import accessorMoveStep from './alumio-accessor-move.ts';
import brancherStep from './alumio-brancher.ts';
import codeStep from './alumio-code.ts';
import conditionalStep from './alumio-conditional.ts';
import convertToArrayStep from './alumio-convert-to-array.ts';
import filterStep from './alumio-filter.ts';
import globalVariableSetterStep from './alumio-global-variable-setter.ts';
import groupByStep from './alumio-group-by.ts';
import httpStep from './alumio-http.ts';
import keyFilterStep from './alumio-key-filter.ts';
import keyMapperStep from './alumio-key-mapper.ts';
import listMapperStep from './alumio-list-mapper.ts';
import listTransformerWrapperStep from './alumio-list-transformer-wrapper.ts';
import mergerStep from './alumio-merger.ts';
import nodeStep from './alumio-node.ts';
import operatorStep from './alumio-operator.ts';
import patternCopyStep from './alumio-pattern-copy.ts';
import patternMoveStep from './alumio-pattern-move.ts';
import recursivelyCopyValuesToChildrenStep from './alumio-recursively-copy-values-to-children.ts';
import storageDeleteStep from './alumio-storage-delete.ts';
import storageFilterStoredEntityStep from './alumio-storage-filter-stored-entity.ts';
import storageGetStep from './alumio-storage-get.ts';
import storageSaveStep from './alumio-storage-save.ts';
import valueFilterStep from './alumio-value-filter.ts';
import valueMapperStep from './alumio-value-mapper.ts';
import valueRemoverStep from './alumio-value-remover.ts';
import valueSetterStep from './alumio-value-setter.ts';

/** Steps that work on values as PHP does, for chains that come from Alumio. */
export const alumioSteps: readonly Transformer[] = [
  accessorCopyStep,
  accessorMoveStep,
  brancherStep,
  codeStep,
  conditionalStep,
  convertToArrayStep,
  filterStep,
  globalVariableSetterStep,
  groupByStep,
  httpStep,
  keyFilterStep,
  keyMapperStep,
  listMapperStep,
  listTransformerWrapperStep,
  mergerStep,
  nodeStep,
  operatorStep,
  patternCopyStep,
  patternMoveStep,
  recursivelyCopyValuesToChildrenStep,
  storageDeleteStep,
  storageFilterStoredEntityStep,
  storageGetStep,
  storageSaveStep,
  valueFilterStep,
  valueMapperStep,
  valueRemoverStep,
  valueSetterStep,
];
