import { translate as accessorCopyStep } from './translators/accessor-copy.ts';
import { translate as accessorMoveStep } from './translators/accessor-move.ts';
import { translate as brancherStep } from './translators/brancher.ts';
import { translate as breakpointLoggerStep } from './translators/breakpoint-logger.ts';
import { translate as chainStep } from './translators/chain.ts';
import { translate as codeTransformerStep } from './translators/code-transformer.ts';
import { translate as conditionalStep } from './translators/conditional.ts';
import { translate as convertToArrayStep } from './translators/convert-to-array.ts';
import { translate as dataStep } from './translators/data.ts';
import { translate as exceptionStep } from './translators/exception.ts';
import { translate as globalVariableSetterStep } from './translators/global-variable-setter.ts';
import { translate as graphqlTransformerStep } from './translators/graphql-transformer.ts';
import { translate as groupByStep } from './translators/group-by.ts';
import { translate as httpTransformerStep } from './translators/http-transformer.ts';
import { translate as keyFilterStep } from './translators/key-filter.ts';
import { translate as keyMapperStep } from './translators/key-mapper.ts';
import { translate as listMapperStep } from './translators/list-mapper.ts';
import { translate as listTransformerWrapperStep } from './translators/list-transformer-wrapper.ts';
import { translate as mergerStep } from './translators/merger.ts';
import { translate as nodeStep } from './translators/node.ts';
import { translate as operatorStep } from './translators/operator.ts';
import { translate as patternCopyStep } from './translators/pattern-copy.ts';
import { translate as patternMoveStep } from './translators/pattern-move.ts';
import { translate as recursivelyCopyValuesToChildrenStep } from './translators/recursively-copy-values-to-children.ts';
import { translate as sleepStep } from './translators/sleep.ts';
import { translate as storageDeleteStep } from './translators/storage-delete.ts';
import { translate as storageFilterStoredEntityStep } from './translators/storage-filter-stored-entity.ts';
import { translate as storageGetAllStep } from './translators/storage-get-all.ts';
import { translate as storageGetEntityFromStorageStep } from './translators/storage-get-entity-from-storage.ts';
import { translate as storageSaveEntityInStorageStep } from './translators/storage-save-entity-in-storage.ts';
import { translate as typeSetterStep } from './translators/type-setter.ts';
import { translate as valueFilterStep } from './translators/value-filter.ts';
import { translate as valueMapperStep } from './translators/value-mapper.ts';
import { translate as valueRemoverStep } from './translators/value-remover.ts';
import { translate as valueSetterStep } from './translators/value-setter.ts';
import type { Translator } from './translate-steps.ts';

/** Translators by the prototype of a step. */
export const translators: ReadonlyMap<string, Translator> = new Map([
  ['accessor-copy', accessorCopyStep],
  ['accessor-move', accessorMoveStep],
  ['brancher', brancherStep],
  ['breakpoint-logger', breakpointLoggerStep],
  ['chain', chainStep],
  ['code-transformer', codeTransformerStep],
  ['conditional', conditionalStep],
  ['convert-to-array', convertToArrayStep],
  ['data', dataStep],
  ['exception', exceptionStep],
  ...['global-variable-setter', 'global-variable', 'globals-setter', 'set-global-variable'].map(
    (name) => [name, globalVariableSetterStep] as const,
  ),
  ['graphql-transformer', graphqlTransformerStep],
  ['group-by', groupByStep],
  ['http-transformer', httpTransformerStep],
  ['key-filter', keyFilterStep],
  ['key-mapper', keyMapperStep],
  ['list-mapper', listMapperStep],
  ['list-transformer-wrapper', listTransformerWrapperStep],
  ['merger', mergerStep],
  ['node', nodeStep],
  ['operator', operatorStep],
  ['pattern-copy', patternCopyStep],
  ['pattern-move', patternMoveStep],
  ['recursively-copy-values-to-children', recursivelyCopyValuesToChildrenStep],
  ['sleep', sleepStep],
  ...[
    'storage-delete',
    'storage-delete-keys',
    'storage-delete-keys-from-storage',
    'storage-delete-entity-from-storage',
  ].map((name) => [name, storageDeleteStep] as const),
  ['storage-filter-stored-entity', storageFilterStoredEntityStep],
  ...['storage-get-all', 'storage-get-all-from-storage', 'storage-get-all-entities-from-storage'].map(
    (name) => [name, storageGetAllStep] as const,
  ),
  ['storage-get-entity-from-storage', storageGetEntityFromStorageStep],
  ['storage-save-entity-in-storage', storageSaveEntityInStorageStep],
  ['type-setter', typeSetterStep],
  ['value-filter', valueFilterStep],
  ['value-mapper', valueMapperStep],
  ['value-remover', valueRemoverStep],
  ['value-setter', valueSetterStep],
]);
