import { didYouMean } from '../../core/nearest.ts';
import type { Problem } from '../../core/validation.ts';
import type { EntityManifest } from '../manifest-schema.ts';
import { type Manifests, nameProblems } from './manifests.ts';
import { operationProblems } from './operation-problems.ts';
import { templateProblems } from './template-problems.ts';

/** Problems of one entity. */
export function entityProblems(entity: EntityManifest, connector: Manifests): Problem[] {
  const { find, operations } = entity;
  return [
    ...fieldProblems(entity),
    ...(find ? nameProblems('operation', find.operation, Object.keys(operations), 'find.operation') : []),
    ...templateProblems(find?.query ?? {}, ['field', 'value'], 'find.query', connector.manifest),
    ...Object.entries(operations).flatMap(([name, operation]) =>
      operationProblems(name, operation, connector, `operations.${name}`),
    ),
  ];
}

/** Where the fields of a record are known, those that make it one have to be among them. */
function fieldProblems({ fields, key, idField }: EntityManifest): Problem[] {
  if (!fields) return [];
  const known = Object.keys(fields);
  const named = [
    ...key.map((field, index) => ({ field, path: `key[${index}]` })),
    ...(idField === undefined ? [] : [{ field: idField, path: 'idField' }]),
  ];
  return named
    .filter(({ field }) => !known.includes(field) && !field.includes('.'))
    .map(({ field, path }) => ({ path, message: `"${field}" is not among the fields${didYouMean(field, known)}` }));
}
