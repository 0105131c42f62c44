import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

/** One flow of a template: what is planned and run, in the order in which people do it. */
const FLOW = {
  type: 'object',
  properties: {
    title: { type: 'string', minLength: 1, description: 'What it brings over, e.g. "Customers".' },
    incoming: { type: 'string', description: 'Identifier of the incoming that is run; with placeholders.' },
    route: { type: 'string', description: 'Identifier of the route that is planned; with placeholders.' },
    note: { type: 'string', description: 'What to look at before the next one.' },
    $when: { type: 'object', description: 'Condition over the options: the flow is left out where it does not hold.' },
  },
  required: ['title', 'incoming', 'route'],
  additionalProperties: false,
} as const;

/** What `template.json` of a template holds. */
export const TEMPLATE_MANIFEST = {
  title: 'A template: documents with placeholders, and the form that fills them',
  type: 'object',
  properties: {
    $schema: { type: 'string', description: 'Schema for the editor.' },
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Name of the folder.' },
    title: { type: 'string', minLength: 1, maxLength: 100, description: 'Name that people see.' },
    summary: { type: 'string', minLength: 1, maxLength: 200, description: 'What it does, in one sentence.' },
    description: { type: 'string', description: 'What one should know before using it.' },
    category: { type: 'string', minLength: 1, description: 'Heading in the gallery, e.g. "RMM to Halo".' },
    guide: { type: 'string', description: 'Page of the documentation, e.g. "docs/guides/ninjaone-to-halo.md".' },
    documents: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description: 'Files with documents, relative to the folder of the template; several templates may share one.',
    },
    fixed: {
      type: 'object',
      default: {},
      description:
        'Values that placeholders find besides the options: what makes this template of files that it shares.',
    },
    options: {
      type: 'object',
      properties: {
        type: { const: 'object', description: 'Always an object.' },
        properties: {
          type: 'object',
          additionalProperties: { type: 'object' },
          description: 'The options by name, each a JSON Schema with a description.',
        },
        required: { type: 'array', items: { type: 'string' }, description: 'Options that have to be given.' },
        additionalProperties: { const: false, description: 'Unknown options are refused.' },
      },
      required: ['type', 'properties', 'additionalProperties'],
      description:
        'JSON Schema of the form. A text of the format "client" is one of the clients whose connector stands under "connectors". A value of the format "record" is the id of a record that people pick by its name: "records" holds the option that names the client, the entity and the field of the name. "section" is the heading under which forms show an option that may be left out.',
    },
    example: { type: 'object', description: 'Options that a test expands it with.' },
    flows: { type: 'array', items: FLOW, minItems: 1, description: 'What is run, in order.' },
  },
  required: ['name', 'title', 'summary', 'category', 'documents', 'options', 'example', 'flows'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export type TemplateManifest = FromSchema<typeof TEMPLATE_MANIFEST>;

/** One option as forms see it. */
export interface OptionSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly format?: string;
  /** Of a client: connectors that it may be of. */
  readonly connectors?: readonly string[];
  /** Of a record: where people pick it from. */
  readonly records?: { readonly client: string; readonly entity: string; readonly name: string };
  /** Heading under which forms show it. */
  readonly section?: string;
}

/** A template as loaded. */
export interface Template {
  readonly manifest: TemplateManifest;
  /** Its documents with placeholders, and where each is from. */
  readonly documents: readonly { readonly source: string; readonly document: unknown }[];
}

/** The options of a template by their names. */
export function optionsOf({ manifest }: Template): Readonly<Record<string, OptionSchema>> {
  return manifest.options.properties;
}
