import type { ParameterManifest } from '../manifest/parameter.ts';
import { parentParameters } from '../for-each.ts';
import { pathParameters } from '../request.ts';
import type { Action } from './action.ts';

/** Where a value of an action's input goes. */
export type InputPlace = 'path' | 'query' | 'control';

/** One value of an action's input. */
export interface InputValue {
  /** As callers write it. */
  readonly name: string;
  readonly place: InputPlace;
  /** Name of the parameter that it becomes. */
  readonly target: string;
  readonly required: boolean;
  /** What is known of a parameter; undefined for what we read ourselves. */
  readonly parameter: ParameterManifest | undefined;
}

const UNKNOWN: ParameterManifest = { type: 'string', required: true };

/**
 * The values that an action takes, flat: parameters of path and query beside each other, and what we read ourselves.
 *
 * A query parameter whose name is taken by one of the path or by us is written `query_<name>`.
 */
export function inputsOf(action: Action): InputValue[] {
  const { operation } = action;
  const controls = controlNames(action);
  const byParents = parentParameters(operation.manifest);
  const inPath = pathParameters(operation);
  const taken = new Set([...inPath, ...controls]);
  return [
    ...inPath.map((name) => ({
      name,
      place: 'path' as const,
      target: name,
      required: !byParents.includes(name),
      parameter: operation.manifest.pathParameters?.[name] ?? UNKNOWN,
    })),
    ...Object.entries(operation.manifest.queryParameters ?? {}).map(([name, parameter]) => ({
      name: taken.has(name) ? `query_${name}` : name,
      place: 'query' as const,
      target: name,
      // The operation may fill it in by itself.
      required: parameter.required && !Object.hasOwn(operation.manifest.query ?? {}, name),
      parameter,
    })),
    ...controls.map((name) => ({
      name,
      place: 'control' as const,
      target: name,
      required: name === 'records' || name === 'record',
      parameter: undefined,
    })),
  ];
}

/** Names of the values that we read ourselves. */
function controlNames({ form, operation }: Action): string[] {
  const { delta, body, method } = operation.manifest;
  const takesBody = method !== 'GET' && (method !== 'DELETE' || body !== undefined);
  switch (form) {
    case 'list':
      return ['limit', 'fields', ...(delta ? ['since'] : []), ...(takesBody ? ['body'] : [])];
    case 'get':
      return ['fields', ...(takesBody ? ['body'] : [])];
    case 'write':
      return [mostRecords(operation) > 1 ? 'records' : 'record'];
    case 'delete':
    case 'call':
      return takesBody ? ['body'] : [];
  }
}

/** Most records of one write. */
export function mostRecords({ manifest }: Action['operation']): number {
  // With the id in the address there is one record.
  return manifest.path.includes('{') ? 1 : (manifest.body?.maxBatch ?? 1);
}
