import type { CallArguments, Operation } from '../connector/request.ts';
import { placeholders } from '../connector/link/manifests.ts';
import type { ParameterManifest } from '../connector/manifest/parameter.ts';
import type { Json } from '../core/record.ts';

/** Parameters that an operation cannot be called without, made up. */
export function madeUpArguments({ manifest }: Operation): CallArguments {
  const { path, pathParameters = {}, queryParameters = {} } = manifest;
  const required = Object.entries(queryParameters).filter(([, parameter]) => parameter.required);
  return {
    path: Object.fromEntries(placeholders(path).map((name) => [name, madeUpValue(pathParameters[name])])),
    query: Object.fromEntries(required.map(([name, parameter]) => [name, madeUpValue(parameter)])),
  };
}

function madeUpValue(parameter: ParameterManifest | undefined): Json {
  const { type = 'string', enum: values, example } = parameter ?? {};
  const given = (example ?? values?.[0]) as Json | undefined;
  if (given !== undefined && (type !== 'string' || typeof given === 'string')) return given;
  switch (type) {
    case 'integer':
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'date':
      return '2026-11-01';
    case 'array':
      return ['a'];
    case 'object':
    case 'string':
      return 'made-up';
  }
}
