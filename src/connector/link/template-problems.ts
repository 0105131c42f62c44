import { ConfigError } from '../../core/errors.ts';
import { rootFields } from '../../core/expression-roots.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Json } from '../../core/record.ts';
import { parseTemplateText } from '../../core/template-text.ts';
import { join, type Problem } from '../../core/validation.ts';
import type { ConnectorManifest } from '../manifest-schema.ts';

/**
 * What is wrong with the templates inside a value.
 *
 * They may name only the roots of their place, only parameters that exist, secrets only as `secret.x`, and no
 * environment variable: those belong to client documents.
 */
export function templateProblems(
  source: unknown,
  roots: readonly string[],
  at: string,
  manifest: ConnectorManifest,
): Problem[] {
  if (typeof source === 'string') return textProblems(source, roots, at, manifest);
  if (typeof source !== 'object' || source === null) return [];
  return Object.entries(source as Readonly<Record<string, Json>>).flatMap(([key, value]) =>
    templateProblems(value, roots, join(at, key), manifest),
  );
}

function textProblems(text: string, roots: readonly string[], at: string, manifest: ConnectorManifest): Problem[] {
  try {
    return parseTemplateText(text).flatMap((part): Problem[] => {
      if (part.kind === 'text') return [];
      if (part.kind === 'variable') return [{ path: at, message: noVariable(part.name) }];
      return expressionProblems(part.source, roots, manifest).map((message) => ({ path: at, message }));
    });
  } catch (error) {
    if (error instanceof ConfigError) return [{ path: at, message: error.message }];
    throw error;
  }
}

function noVariable(name: string): string {
  return `\${${name}} reads the environment, which a connector cannot; make it a parameter, and write \${${name}} in the client`;
}

function expressionProblems(source: string, roots: readonly string[], manifest: ConnectorManifest): string[] {
  return rootFields(source).flatMap(({ root, field }): string[] => {
    if (!roots.includes(root)) return [`unknown name "${root}" in "${source}"${didYouMean(root, roots)}`];
    if (root !== 'config' && root !== 'secret') return [];
    if (field === undefined) return [`"${source}" takes all of ${root}; name one value, such as ${root}.<parameter>`];
    return parameterProblem(root, field, manifest);
  });
}

function parameterProblem(
  root: 'config' | 'secret',
  name: string,
  { parameters, derive = {} }: ConnectorManifest,
): string[] {
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (parameter) {
    const right = parameter.secret ? 'secret' : 'config';
    return right === root ? [] : [`"${name}" is reached as ${right}.${name}`];
  }
  if (root === 'config' && Object.hasOwn(derive, name)) return [];
  return [`unknown parameter "${name}"${didYouMean(name, [...Object.keys(parameters), ...Object.keys(derive)])}`];
}
