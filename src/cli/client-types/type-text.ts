/** What of a JSON Schema becomes a type. */
export interface TypeSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, TypeSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: TypeSchema;
  readonly anyOf?: readonly TypeSchema[];
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** A schema as a TypeScript type; `indent` is that of the line it stands in. */
export function typeText(schema: TypeSchema, indent = ''): string {
  if (schema.$ref !== undefined) return typeName(schema.$ref.split('/').at(-1) ?? '');
  if (schema.anyOf) return schema.anyOf.map((each) => typeText(each, indent)).join(' | ');
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.length === 0) return 'Json';
  return types.map((type) => oneType(type, schema, indent)).join(' | ');
}

/** The name of the type of a record: `kb-article` becomes `KbArticle`. */
export function typeName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const text = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(text) ? `${text}Record` : `Record${text}`;
}

/** A comment; text of others cannot end it. */
export function comment(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`;
}

function oneType(type: string, schema: TypeSchema, indent: string): string {
  if (type === 'array') return `readonly (${typeText(schema.items ?? {}, indent)})[]`;
  if (type === 'object') return objectText(schema, indent);
  return PLAIN[type] ?? 'Json';
}

function objectText({ properties = {}, required = [], additionalProperties }: TypeSchema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?';
    const isOptional = mark === '' ? '' : ' | undefined';
    return `${comment(schema.description, inner)}${inner}readonly ${JSON.stringify(name)}${mark}: ${typeText(schema, inner)}${isOptional};\n`;
  });
  const rest = additionalProperties === true ? `${inner}readonly [field: string]: Json | undefined;\n` : '';
  const text = lines.join('') + rest;
  return text === '' ? 'Readonly<Record<string, never>>' : `{\n${text}${indent}}`;
}
