import type { EntityManifest, OperationManifest } from './manifest-schema.ts';
import { expandField, expandParameter } from './manifest/parameter.ts';

type Short = Readonly<Record<string, never>>;

interface WrittenOperation extends Omit<OperationManifest, 'pathParameters' | 'queryParameters'> {
  readonly pathParameters?: Short;
  readonly queryParameters?: Short;
}

interface WrittenEntity extends Omit<EntityManifest, 'operations' | 'fields'> {
  readonly operations: Readonly<Record<string, WrittenOperation>>;
  readonly fields?: Short;
}

/** An entity with its short forms written out; `checked` has passed the schema. */
export function expandEntity(checked: unknown): EntityManifest {
  const { fields, operations, ...entity } = checked as WrittenEntity;
  return {
    ...entity,
    operations: mapValues(operations, expandOperation),
    ...(fields && { fields: mapValues(fields, expandField) }),
  };
}

function expandOperation({ pathParameters, queryParameters, ...operation }: WrittenOperation): OperationManifest {
  return {
    ...operation,
    ...(pathParameters && { pathParameters: mapValues(pathParameters, expandParameter) }),
    ...(queryParameters && { queryParameters: mapValues(queryParameters, expandParameter) }),
  };
}

function mapValues<In, Out>(values: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
