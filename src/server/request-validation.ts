import type { FastifySchemaCompiler } from 'fastify';
import type { OptionsSchema } from '../core/component.ts';
import { isObject } from '../core/record.ts';
import { checkSchema } from '../core/validation.ts';
import { requestInvalid } from './request-error.ts';

/** How paths of problems begin, for each part of a request. */
const PLACES: Readonly<Record<string, string>> = { querystring: 'query', params: 'path' };

/**
 * Checks requests with the same checker as documents: unknown keys are refused and never stripped, every problem is
 * told with its path and the nearest valid word. Only query strings, which are all text, are read as other types.
 */
export const validatorCompiler: FastifySchemaCompiler<unknown> = ({ schema, httpPart = 'body' }) => {
  const known = schema as OptionsSchema;
  return (data: unknown) => {
    const given = data ?? {};
    const read = httpPart === 'querystring' && isObject(given) ? readTexts(known, given) : given;
    if (httpPart !== 'body' && holdsNul(given))
      return { error: requestInvalid([{ path: PLACES[httpPart] ?? '', message: NUL }]) };
    const { value, problems } = checkSchema(known, read, PLACES[httpPart] ?? '');
    return problems.length === 0 ? { value } : { error: requestInvalid(problems) };
  };
};

const NUL = 'holds the character U+0000, which no database keeps';

function holdsNul(given: unknown): boolean {
  return isObject(given) && Object.values(given).some((value) => typeof value === 'string' && value.includes('\0'));
}

function readTexts(schema: OptionsSchema, query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, { type?: unknown } | undefined>>;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, readText(properties[name]?.type, value)]),
  );
}

/** What does not read as the type stays text, so that the check says what is wrong with it. */
function readText(type: unknown, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (type === 'boolean' && ['true', 'false'].includes(value)) return value === 'true';
  return value;
}
