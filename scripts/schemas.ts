import { CONNECTOR_SCHEMA, ENTITY_SCHEMA } from '../src/connector/manifest-schema.ts';
import { DEFINITION } from '../src/connector/client-definition.ts';
import { STEP_PROPERTIES } from '../src/core/chain.ts';
import type { Component } from '../src/core/component.ts';
import { CONDITION_SCHEMA, WHEN } from '../src/core/conditions.ts';
import { isObject } from '../src/core/record.ts';
import { VALUE_STEPS } from '../src/core/value-step.ts';
import { valueSteps } from '../src/core/value-steps/index.ts';
import { ENVELOPE, type Kind, KINDS } from '../src/engine/kinds.ts';
import { authenticators } from '../src/http/authenticators/index.ts';
import { LIMITS_SCHEMA } from '../src/http/limits.ts';
import { paginators } from '../src/http/paginators/index.ts';
import { shapes } from '../src/http/shapes/index.ts';
import { publishers } from '../src/publisher/index.ts';
import { subscribers } from '../src/subscriber/index.ts';
import { TEMPLATE_MANIFEST } from '../src/templates/manifest.ts';
import { transformers } from '../src/transformers/index.ts';
import { describeProperties, KIND_WORDS } from './descriptions.ts';

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * Builds every file below `schemas/` from the components and kinds, by its path.
 *
 * Each file stands alone: what it refers to is under its own `$defs`.
 */
export function buildSchemas(): Map<string, Schema> {
  const kinds = Object.keys(KINDS) as Kind[];
  return new Map([
    ['schemas/connector.json', manifestSchema('connector', CONNECTOR_SCHEMA, 'File connector.json of a connector.')],
    ['schemas/entity.json', manifestSchema('entity', ENTITY_SCHEMA, 'File entities/<entity>.json of a connector.')],
    ['schemas/template.json', { $schema: DIALECT, ...TEMPLATE_MANIFEST }],
    ['schemas/document.json', documentSchema(kinds)],
    ...kinds.map((kind): [string, Schema] => [`schemas/${kind}.json`, kindSchema(kind)]),
  ]);
}

/** Schema of a connector's file: authenticators, paginators, conditions and limits with all of their options. */
function manifestSchema(root: string, schema: Schema, description: string): Schema {
  const { title, ...rest } = rewrite(schema, manifestProperty);
  return finish(root, { $schema: DIALECT, title, description, ...rest });
}

/** Schema of a document of any kind: `kind` decides what `spec` may hold. */
function documentSchema(kinds: readonly Kind[]): Schema {
  return finish('document', {
    $schema: DIALECT,
    title: 'Configuration document',
    description: 'One document of the configuration; "kind" says which.',
    ...envelope({ enum: kinds }, { type: 'object' }),
    allOf: kinds.map((kind) => ({
      if: { type: 'object', properties: { kind: { const: kind } }, required: ['kind'] },
      then: { type: 'object', properties: { spec: ref(`${kind}-spec`) } },
    })),
  });
}

/** Schema of documents of one kind. */
function kindSchema(kind: Kind): Schema {
  return finish('document', {
    $schema: DIALECT,
    title: KIND_WORDS[kind].title,
    description: KIND_WORDS[kind].description,
    ...envelope({ const: kind }, ref(`${kind}-spec`)),
  });
}

function envelope(kind: Schema, spec: Schema): Schema {
  const { properties, ...rest } = ENVELOPE as Schema & { readonly properties: Schema };
  return { ...rest, properties: { ...properties, kind, spec } };
}

/** Everything that schemas refer to, by name. */
export const DEFINITIONS: Schema = {
  ...Object.fromEntries(
    Object.entries(KINDS).map(([kind, spec]) => [
      `${kind}-spec`,
      { ...rewrite(spec, documentProperty), title: `Spec of kind ${kind}` },
    ]),
  ),
  steps: {
    type: 'array',
    title: 'Steps',
    description: 'Transformers, applied one after the other.',
    items: ref('step'),
  },
  step: {
    title: 'Step',
    description: 'One transformer with its options.',
    type: 'object',
    required: ['type'],
    // A step that is left out may be unfinished: its options are not checked.
    if: { type: 'object', properties: { disabled: { const: true } }, required: ['disabled'] },
    then: { type: 'object', properties: { type: { type: 'string' }, ...STEP_PROPERTIES } },
    else: union('step', transformers),
  },
  subscriber: { title: 'Subscriber', description: 'What reads, and how.', ...union('subscriber', subscribers) },
  publisher: { title: 'Publisher', description: 'What writes, and how.', ...union('publisher', publishers) },
  authenticator: {
    title: 'Authenticator',
    description: 'How calls sign in.',
    ...union('authenticator', authenticators),
  },
  paginator: { title: 'Paginator', description: 'How pages follow each other.', ...union('paginator', paginators) },
  'value-steps': { ...VALUE_STEPS, title: 'Value steps', items: ref('value-step') },
  'value-step': {
    title: 'Value step',
    description: 'One step that changes a value, with its options.',
    type: 'object',
    required: ['type'],
    ...union('value-step', valueSteps),
  },
  ...variants('value-step', valueSteps, (options) => rewrite(options, componentProperty)),
  ...variants('step', transformers, (options) => rewrite(options, componentProperty), STEP_PROPERTIES),
  ...variants('subscriber', subscribers, (options) => rewrite(options, componentProperty)),
  ...variants('publisher', publishers, (options) => rewrite(options, componentProperty)),
  ...variants('authenticator', authenticators, allowTemplates),
  shape: { title: 'Shape', description: 'The form in which rows come.', ...union('shape', shapes) },
  ...variants('paginator', paginators, (options) => rewrite(options, pagingProperty)),
  ...variants('shape', shapes, (options) => options),
  definition: definitionSchema(),
  'own-entity': ownEntitySchema(),
  condition: {
    title: 'Condition',
    description: WHEN.description,
    oneOf: [{ type: 'string', title: 'Expression', minLength: 1 }, ref('condition-object')],
  },
  'condition-object': conditionObject(),
  template: {
    type: 'string',
    title: 'Template',
    description: 'A template that gives the value, such as "&{config.tenant}".',
    pattern: '[&?]\\{',
  },
};

/** One branch for each component, told apart by `type`. */
function union(kind: string, components: ReadonlyMap<string, Component>): Schema {
  return { oneOf: [...components.keys()].map((type) => ref(`${kind}-${type}`)) };
}

function variants(
  kind: string,
  components: ReadonlyMap<string, Component>,
  change: (options: Schema) => Schema,
  common: Schema = {},
): Schema {
  return Object.fromEntries(
    [...components.values()].map(({ type, summary, options }) => {
      const { properties = {}, required = [], ...rest } = change(options);
      const schema = {
        title: type,
        description: summary,
        ...rest,
        properties: { type: { const: type, description: summary }, ...(properties as Schema), ...common },
        required: ['type', ...(required as readonly string[])],
      };
      return [`${kind}-${type}`, schema];
    }),
  );
}

/** Object form of a condition; its parts are conditions again, and a test needs the field that it looks at. */
function conditionObject(): Schema {
  const { all, any, not, ...tests } = CONDITION_SCHEMA.properties;
  const parts = { all, any, not, field: tests.field };
  return {
    ...CONDITION_SCHEMA,
    title: 'Condition as an object',
    minProperties: 1,
    properties: {
      ...tests,
      all: { ...all, items: ref('condition') },
      any: { ...any, items: ref('condition') },
      not: { description: not.description, ...ref('condition') },
    },
    dependentRequired: Object.fromEntries(
      Object.keys(tests)
        .filter((name) => !(name in parts))
        .map((name) => [name, ['field']]),
    ),
  };
}

/** What a client adds to its connector, in the words of the connector language. */
function definitionSchema(): Schema {
  const { properties, ...rest } = rewrite(DEFINITION, manifestProperty) as { readonly properties: Schema };
  const { entities, ...shared } = properties as Readonly<Record<string, Schema>>;
  return {
    title: 'Definition',
    ...rest,
    properties: { ...shared, entities: { ...entities, additionalProperties: ref('own-entity') } },
  };
}

/** An entity whose name is its key. */
function ownEntitySchema(): Schema {
  const { properties, required, ...rest } = rewrite(ENTITY_SCHEMA, manifestProperty) as {
    readonly properties: Schema;
    readonly required: readonly string[];
  };
  const { name, ...others } = properties as Readonly<Record<string, Schema>>;
  return {
    ...rest,
    description: 'An entity as in a file entities/<name>.json.',
    properties: { ...others, name: { ...name, description: 'Its name; by default its key.' } },
    required: required.filter((each) => each !== 'name'),
  };
}

/** Authenticators get their options with templates rendered, so a template may stand for every value. */
function allowTemplates(options: Schema): Schema {
  const properties = Object.entries((options['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  return {
    ...options,
    properties: Object.fromEntries(properties.map(([name, property]) => [name, orTemplate(property)])),
  };
}

function orTemplate({ late, ...property }: Schema): Schema {
  // Late templates are rendered after the check, so they stand only where texts may.
  if (late !== undefined || (property['type'] === 'string' && !('pattern' in property))) return property;
  if ('properties' in property) return allowTemplates(property);
  const { items } = property;
  if (isObject(items) && 'properties' in items) return { ...property, items: allowTemplates(items) };
  const { description, default: standard, ...value } = property;
  return { description, default: standard, anyOf: [value, ref('template')] };
}

/** What stands in place of a property; undefined keeps it. */
type Property = (name: string, schema: Schema) => Schema | undefined;

function manifestProperty(name: string, schema: Schema): Schema | undefined {
  const { description } = schema;
  if (name === 'authenticator') return ref('authenticator');
  if (name === 'paginator') return { description, anyOf: [{ type: 'string', title: 'Name' }, ref('paginator')] };
  if (name === 'paginators') return { ...schema, additionalProperties: ref('paginator') };
  if (name === 'shape') return { description, ...ref('shape') };
  if (name === 'when' || name === 'expect') return { description, ...ref('condition') };
  if (name === 'limits') return { ...LIMITS_SCHEMA, description };
  if (name === 'budgets' && schema['type'] === 'object') return { ...schema, additionalProperties: LIMITS_SCHEMA };
  return undefined;
}

/** A paginator may have another one inside. */
function pagingProperty(name: string, { description, default: standard }: Schema): Schema | undefined {
  if (name !== 'within') return undefined;
  return { description, default: standard, anyOf: [{ type: 'string', title: 'Name' }, ref('paginator')] };
}

function documentProperty(name: string, schema: Schema): Schema | undefined {
  if (name === 'transformers') return { ...ref('steps'), default: schema['default'] };
  if (schema === WHEN) return ref('condition');
  if (name === 'subscriber' || name === 'publisher') return ref(name);
  if (name === 'definition') return ref('definition');
  return undefined;
}

function componentProperty(_name: string, schema: Schema): Schema | undefined {
  if (schema === WHEN) return ref('condition');
  if (schema === VALUE_STEPS) return ref('value-steps');
  const { type, items, description, default: standard } = schema;
  const isSteps = type === 'array' && isObject(items) && items['type'] === 'object' && !('properties' in items);
  if (!isSteps) return undefined;
  return { description, ...ref('steps'), ...(standard !== undefined && { default: standard }) };
}

/** A copy of a schema in which `change` has replaced properties, at any depth. */
function rewrite(schema: Schema, change: Property): Schema {
  const visit = (value: unknown): unknown => (isObject(value) ? rewrite(value, change) : value);
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === 'properties' && isObject(value)) {
        const properties = Object.entries(value as Readonly<Record<string, Schema>>);
        return [key, Object.fromEntries(properties.map(([name, each]) => [name, change(name, each) ?? visit(each)]))];
      }
      if (['items', 'additionalProperties', 'then'].includes(key)) return [key, visit(value)];
      if (key === 'anyOf' || key === 'oneOf') return [key, (value as readonly unknown[]).map(visit)];
      return [key, value];
    }),
  );
}

function ref(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}

/** Adds what the schema refers to, and words where a property has none. */
function finish(root: string, schema: Schema): Schema {
  const names = [...reachable(schema)].sort();
  const definitions = Object.fromEntries(names.map((name) => [name, DEFINITIONS[name]]));
  const whole = names.length === 0 ? schema : { ...schema, $defs: definitions };
  return JSON.parse(JSON.stringify(describeProperties(whole, root))) as Schema;
}

function reachable(schema: unknown, found: Set<string> = new Set()): Set<string> {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
    if (found.has(name)) continue;
    found.add(name);
    reachable(DEFINITIONS[name], found);
  }
  return found;
}
