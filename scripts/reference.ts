import type { Component, Transformer, TransformerExample } from '../src/core/component.ts';
import { isObject } from '../src/core/record.ts';
import { authenticators } from '../src/http/authenticators/index.ts';
import { paginators } from '../src/http/paginators/index.ts';
import { shapes } from '../src/http/shapes/index.ts';
import { publishers } from '../src/publisher/index.ts';
import { subscribers } from '../src/subscriber/index.ts';
import type { ValueStep, ValueStepExample } from '../src/core/value-step.ts';
import { valueSteps } from '../src/core/value-steps/index.ts';
import { transformers } from '../src/transformers/index.ts';
import { code, json, table } from './markdown.ts';
import { buildSchemas, DEFINITIONS, type Schema } from './schemas.ts';

const WRITTEN = '<!-- Written by "npm run schemas"; change the component that it describes instead. -->';

/** Builds the reference pages from the schemas, and from the summaries and examples of the components, by path. */
export function buildReference(): Map<string, string> {
  const schemas = buildSchemas();
  return new Map([
    ['docs/reference/transformers.md', transformersPage(definitionsOf(schemas, 'schemas/document.json'))],
    ['docs/reference/value-steps.md', valueStepsPage(definitionsOf(schemas, 'schemas/document.json'))],
    ['docs/reference/components.md', componentsPage(schemas)],
    ['docs/reference/connector-language.md', connectorLanguagePage(schemas)],
  ]);
}

function transformersPage(definitions: Definitions): string {
  const all = [...transformers.values()];
  return page(
    '# Transformers',
    WRITTEN,
    `A step is an object with a \`type\` and the options of that transformer. A list of steps is applied one after the
other, to each record on its own: a record that a step fails on becomes a failed task, and the others go on. Steps
stand in incomings, routes, outgoings, saved transformers and \`requestTransformers\`. A star marks an option that must
be given.`,
    table(
      ['type', 'what it does'],
      all.map(({ type, summary }) => [`[\`${type}\`](#${type})`, summary]),
    ),
    `Every step may also have:`,
    optionsTable(definitions['step'] ?? {}, ['type']),
    `Conditions, templates and paths are explained in [expressions](../expressions.md).`,
    ...all.flatMap((transformer) => [
      `## ${transformer.type}`,
      transformer.summary,
      optionsTable(definitions[`step-${transformer.type}`] ?? {}, ['type', 'name', 'disabled']),
      ...transformer.examples.map((example) => exampleText(transformer, example)),
    ]),
  );
}

function exampleText({ type }: Transformer, example: TransformerExample): string {
  const { title, options, input, output, error, given, leaves } = example;
  const inputs = code(JSON.stringify(input));
  const results = (output ?? []).map((record) => code(JSON.stringify(record)));
  const becomes = results.length === 0 ? 'is dropped' : `becomes ${results.join(' and ')}`;
  const end = error === undefined ? becomes : `fails: ${error}`;
  const ground = given ? `With ${Object.entries(given).map(groundText).join(' and ')}: ` : '';
  const left =
    leaves && Object.keys(leaves).length > 0 ? ` It leaves ${code(JSON.stringify(leaves))} in storages.` : '';
  return `**${title}**\n\n${json({ type, ...options })}\n\n${ground}${inputs} ${end}${end.endsWith('.') ? '' : '.'}${left}`;
}

const GROUND_WORDS: Readonly<Record<string, string>> = {
  storages: 'storages',
  valueMaps: 'value maps',
  links: 'links',
  answers: 'answers',
  transformers: 'saved transformers',
};

/** What an example finds on the platform: `storages {"ids":{"A":1}}`. */
function groundText([name, content]: readonly [string, unknown]): string {
  return `${GROUND_WORDS[name] ?? name} ${code(JSON.stringify(content))}`;
}

function valueStepsPage(definitions: Definitions): string {
  const all = [...valueSteps.values()];
  return page(
    '# Value steps',
    WRITTEN,
    `A value step changes one value. Lists of them stand under \`steps\` of a rule in
[\`map\`](transformers.md#map) and [\`set\`](transformers.md#set). Null, and what is missing, is left as it is unless a
step says otherwise. Templates in their options read the record. A star marks an option that must be given.`,
    table(
      ['type', 'what it does'],
      all.map(({ type, summary }) => [`[\`${type}\`](#${type})`, summary]),
    ),
    ...all.flatMap((step) => [
      `## ${step.type}`,
      step.summary,
      optionsTable(definitions[`value-step-${step.type}`] ?? {}, ['type']),
      table(
        ['step', 'value', 'becomes'],
        step.examples.map((example) => valueExample(step, example)),
      ),
    ]),
  );
}

function valueExample({ type }: ValueStep, { options, input, record, output, error }: ValueStepExample): string[] {
  const around = record === undefined ? '' : ` in ${code(JSON.stringify(record))}`;
  const result = output === undefined ? 'nothing' : code(JSON.stringify(output));
  return [
    code(JSON.stringify({ type, ...options })),
    code(JSON.stringify(input)) + around,
    error === undefined ? result : `fails: ${error}`,
  ];
}

function componentsPage(schemas: Schemas): string {
  const documents = definitionsOf(schemas, 'schemas/document.json');
  const manifests = definitionsOf(schemas, 'schemas/connector.json');
  return page(
    '# Components',
    WRITTEN,
    `Subscribers and publishers stand in documents, authenticators, paginators and shapes in connectors. Each is an object with
a \`type\` and the options of that type. A star marks an option that must be given.`,
    '## Subscribers',
    'Under `subscriber` of an incoming.',
    ...sections('subscriber', subscribers, documents),
    '## Publishers',
    'Under `publisher` of an outgoing.',
    ...sections('publisher', publishers, documents),
    '## Authenticators',
    `Under \`authentications.<name>.authenticator\` of a connector. Every value may be a template over \`config\` and
\`secret\`, the values of the client's form.`,
    ...sections('authenticator', authenticators, manifests),
    '## Paginators',
    'Under `paginators.<name>` of a connector, or `operations.<name>.paginator` of an entity. They take no templates.',
    ...sections('paginator', paginators, manifests),
    '## Shapes',
    'Forms of what stands at `records` of an operation, where it is no plain list of rows.',
    ...sections('shape', shapes, DEFINITIONS as Definitions),
  );
}

function sections(kind: string, components: ReadonlyMap<string, Component>, definitions: Definitions): string[] {
  return [...components.values()].flatMap(({ type, summary }) => [
    `### ${kind} \`${type}\``,
    summary,
    optionsTable(definitions[`${kind}-${type}`] ?? {}, ['type']),
  ]);
}

/** A connector that says little more than it must; the page shows it, and a test loads it. */
export const EXAMPLE_CONNECTOR = {
  $schema: '../../schemas/connector.json',
  version: 1,
  name: 'acme',
  title: 'Acme',
  parameters: {
    baseUri: { title: 'Base URI', format: 'uri', required: true, trimSuffixes: ['/'] },
    clientId: { title: 'Client ID' },
    clientSecret: { title: 'Client secret', secret: true },
  },
  authentications: {
    application: {
      title: 'Application',
      parameters: ['clientId', 'clientSecret'],
      authenticator: {
        type: 'oauth2-client-credentials',
        tokenUrl: '&{config.baseUri}/token',
        clientId: '&{config.clientId}',
        clientSecret: '&{secret.clientSecret}',
        scopes: 'orders',
      },
    },
  },
  baseUrl: '&{config.baseUri}/api',
  limits: [{ requests: 100, per: '60s' }],
  paginators: { pages: { type: 'page-number', pageParameter: 'page', sizeParameter: 'size', size: 100 } },
  check: { operation: 'orders.list' },
} as const;

/** An entity of {@link EXAMPLE_CONNECTOR}. */
export const EXAMPLE_ENTITY = {
  $schema: '../../../schemas/entity.json',
  name: 'orders',
  title: 'Orders',
  key: ['id'],
  idField: 'id',
  operations: {
    list: {
      title: 'Lists orders',
      method: 'GET',
      path: '/orders',
      paginator: 'pages',
      records: 'items',
      total: 'total',
      delta: { parameter: 'changed_since', field: 'changed_at', format: 'iso' },
    },
    get: {
      title: 'Reads one order',
      method: 'GET',
      path: '/orders/{id}',
      pathParameters: { id: { type: 'integer', required: true } },
    },
    post: { title: 'Adds or updates an order', method: 'POST', path: '/orders' },
  },
} as const;

function connectorLanguagePage(schemas: Schemas): string {
  const connector = schemas.get('schemas/connector.json') ?? {};
  const entity = schemas.get('schemas/entity.json') ?? {};
  return page(
    '# The connector language',
    WRITTEN,
    `A connector is a folder of JSON below \`connector/\`: \`connector.json\` for what all calls share, and one file in
\`entities/\` for each resource. It holds no code. \`npx sluice validate connector/<name>\` checks it without network:
keys, references between files, and the names that templates use.`,
    `The schemas \`schemas/connector.json\` and \`schemas/entity.json\` say the same to an editor: name them under
\`$schema\`. In the tables a star marks a key that must be given.`,
    `## A small one`,
    '`connector/acme/connector.json`:',
    json(EXAMPLE_CONNECTOR),
    '`connector/acme/entities/orders.json`:',
    json(EXAMPLE_ENTITY),
    `## Templates`,
    `Templates are those of [expressions](../expressions.md). What they can read depends on where they stand:`,
    table(
      ['place', 'names'],
      [
        ['`baseUrl`, `discover[].url`, `discover[].fallback`', '`config`'],
        ['`discover[].values`', '`config`, `response` (the body of the answer)'],
        ['`authentications.*.authenticator`', '`config`, `secret`'],
        ['… of type `token-exchange`: `steps`', 'also `step` (what earlier steps picked)'],
        ['… of type `token-exchange`: `refresh`, `send`', 'also `step`, `token` (`accessToken`, `refreshToken`)'],
        ['`find.query`', '`field`, `value`'],
        ['`delta.template`', '`since`, `until`, `given` (what the caller wrote for the parameter)'],
        ['`queryParameters.*.template`', '`value`, `config`'],
        ['`errorMessages`', 'the error answer itself'],
      ],
    ),
    `\`config\` holds the values of the client's form, \`secret\` those of parameters marked \`secret\`. Conditions under
\`errors\` read \`status\`, \`headers\` (lower-case names) and \`body\` of the answer.`,
    `## connector.json`,
    optionsTable(connector),
    `Authenticators and paginators: see [components](components.md).`,
    `## entities/&lt;entity>.json`,
    optionsTable(entity),
    `An operation's \`action\` is its name unless it says another one: \`list\` reads many and needs \`records\`, \`get\`
reads one, \`post\` and \`delete\` write. Publishers use operations with method POST, PUT or PATCH for the action
\`post\` and with DELETE for \`delete\`.`,
  );
}

/** One row for each option, those of nested objects below their own with a dotted name. */
function optionsTable(schema: Schema, leftOut: readonly string[] = []): string {
  const rows = rowsOf(schema, '', leftOut);
  if (rows.length === 0) return 'It has no options.';
  return table(['key', 'value', 'default', 'what it is'], rows);
}

function rowsOf(schema: Schema, at: string, leftOut: readonly string[] = []): string[][] {
  const inside = isObject(schema['then']) ? schema['then'] : schema;
  const properties = (inside['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (inside['required'] ?? []) as readonly string[];
  const shown = Object.entries(properties).filter(([name]) => !leftOut.includes(name));
  return shown.flatMap(([name, property]) => {
    const path = at === '' ? name : `${at}.${name}`;
    const star = required.includes(name) ? ' *' : '';
    const row = [`\`${path}\`${star}`, valueText(property), defaultText(property), descriptionOf(property)];
    return [row, ...nestedRows(property, path)];
  });
}

function nestedRows(property: Schema, path: string): string[][] {
  const { items, additionalProperties, oneOf } = property;
  if (Array.isArray(oneOf)) return (oneOf as readonly Schema[]).flatMap((branch) => rowsOf(branch, path));
  if (isObject(items)) return rowsOf(items, `${path}[]`);
  if (isObject(additionalProperties)) return rowsOf(additionalProperties, `${path}.<name>`);
  return rowsOf(property, path);
}

/** What a value may be, in a few words. */
function valueText(schema: Schema): string {
  const { $ref, enum: values, anyOf, oneOf, type, items, additionalProperties, pattern } = schema;
  if ('const' in schema) return code(JSON.stringify(schema['const']));
  if (typeof $ref === 'string') return REFERENCES[$ref.slice('#/$defs/'.length)] ?? 'object';
  if (Array.isArray(values)) return values.map((value) => code(JSON.stringify(value))).join(', ');
  const branches = anyOf ?? oneOf;
  if (Array.isArray(branches)) return [...new Set((branches as readonly Schema[]).map(valueText))].join(' or ');
  if (Array.isArray(type)) return type.map((each) => TYPES[String(each)] ?? String(each)).join(', ');
  if (type === 'array') return isObject(items) ? `list of ${valueText(items)}` : 'list';
  if (type === 'object' && isObject(additionalProperties)) return `name → ${valueText(additionalProperties)}`;
  if (type === 'string' && typeof pattern === 'string' && pattern.includes('ms|s|m|h|d')) return 'duration';
  return typeof type === 'string' ? (TYPES[type] ?? type) : 'any';
}

const TYPES: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number' };

const REFERENCES: Readonly<Record<string, string>> = {
  steps: 'list of steps',
  'value-steps': '[value steps](value-steps.md)',
  condition: 'condition',
  template: 'template',
  authenticator: '[authenticator](components.md#authenticators)',
  paginator: '[paginator](components.md#paginators)',
  shape: '[shape](components.md#shapes)',
};

function defaultText(schema: Schema): string {
  return schema['default'] === undefined ? '' : code(JSON.stringify(schema['default']));
}

function descriptionOf(schema: Schema): string {
  const { description, $ref } = schema;
  if (typeof description === 'string') return description;
  const target = typeof $ref === 'string' ? $ref.slice('#/$defs/'.length) : '';
  return DESCRIBED[target] ?? '';
}

const DESCRIBED: Readonly<Record<string, string>> = {
  condition: 'Which records it is about: a [condition](../expressions.md#conditions).',
  'value-steps': 'Steps that change the value, one after the other.',
  authenticator: 'How calls sign in.',
};

type Schemas = ReadonlyMap<string, Schema>;
type Definitions = Readonly<Record<string, Schema>>;

function definitionsOf(schemas: Schemas, file: string): Definitions {
  return (schemas.get(file)?.['$defs'] ?? {}) as Definitions;
}

function page(...blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}
