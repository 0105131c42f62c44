import type { Component, OptionsSchema } from '../../core/component.ts';
import { didYouMean } from '../../core/nearest.ts';
import { isObject } from '../../core/record.ts';
import { checkSchema, join, type Problem } from '../../core/validation.ts';
import { authenticators } from '../../http/authenticators/index.ts';
import { paginators } from '../../http/paginators/index.ts';
import { shapes } from '../../http/shapes/index.ts';
import { createPaginator } from '../compile-operation.ts';
import type { ConnectorManifest } from '../manifest-schema.ts';
import { nameProblems, thrownProblems } from './manifests.ts';

/** A paginator, or the name of one of the connector; "single" is known everywhere. */
export function paginatorProblems(value: unknown, manifest: ConnectorManifest, at: string): Problem[] {
  if (typeof value === 'string') {
    if (value === 'single') return [];
    return nameProblems('paginator', value, [...Object.keys(manifest.paginators ?? {}), 'single'], at);
  }
  const problems = optionsProblems(paginators, value, 'paginator', at);
  return problems.length > 0 ? problems : thrownProblems(at, () => createPaginator(value, manifest));
}

/** A form of rows. */
export function shapeProblems(value: unknown, at: string): Problem[] {
  const problems = optionsProblems(shapes, value, 'shape', at);
  if (problems.length > 0 || !isObject(value)) return problems;
  const { type, ...options } = value;
  const component = shapes.get(String(type));
  return thrownProblems(at, () => component?.create(checkSchema(component.options, options).value as never));
}

/** A way to sign in. Its options may be templates, so only what is written out is checked against the schema. */
export function authenticatorProblems(value: unknown, at: string): Problem[] {
  return optionsProblems(authenticators, value, 'authenticator', at);
}

function optionsProblems(
  components: ReadonlyMap<string, Component>,
  value: unknown,
  what: string,
  at: string,
): Problem[] {
  if (!isObject(value)) return [];
  const { type, ...options } = value;
  const component = components.get(String(type));
  if (!component) {
    const known = [...components.keys()];
    return [{ path: join(at, 'type'), message: `unknown ${what} "${String(type)}"${didYouMean(String(type), known)}` }];
  }
  const { problems } = checkSchema(component.options, options, at);
  // A template gives its value only when a client is made; under a key that there is not it gives none.
  return problems.filter(({ path, message }) => message.startsWith('unknown key') || !isTemplateAt(options, path, at));
}

/** Whether a template stands at a path, which gives its value only when a client is made. */
function isTemplateAt(options: unknown, path: string, at: string): boolean {
  const keys = path.slice(at.length).match(/[^.[\]]+/g) ?? [];
  const found = keys.reduce<unknown>(
    (value, key) => (isObject(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined),
    options,
  );
  return typeof found === 'string' && /[&?]\{/.test(found);
}

/** Places of a component's options that hold secrets, by what its schema says. */
export function secretPlaces(type: string, options: unknown, at: string): { at: string; text: string }[] {
  const component = authenticators.get(type);
  return component ? secretsIn(component.options, options, at) : [];
}

function secretsIn(schema: OptionsSchema, value: unknown, at: string): { at: string; text: string }[] {
  const {
    writeOnly,
    properties = {},
    items,
    additionalProperties,
  } = schema as {
    writeOnly?: boolean;
    properties?: Readonly<Record<string, OptionsSchema>>;
    items?: OptionsSchema;
    additionalProperties?: OptionsSchema | boolean;
  };
  if (typeof value === 'string') return writeOnly === true ? [{ at, text: value }] : [];
  if (Array.isArray(value)) return items ? value.flatMap((item, index) => secretsIn(items, item, join(at, index))) : [];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const inner = properties[key] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    return inner ? secretsIn(inner, child, join(at, key)) : [];
  });
}
