import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { canonicalText } from './canonical-text.ts';
import { ConfigError } from './errors.ts';
import { compileSchemaPattern } from './pattern.ts';
import type { Json } from './record.ts';
import { join } from './validation.ts';

/** Longest JSON Schema that a step may hold, in characters. */
const MAX_SCHEMA = 200_000;

/** How many problems of one value are told. */
const MAX_PROBLEMS = 20;

/**
 * Compiles a JSON Schema (2020-12) that a person wrote.
 *
 * Patterns run in linear time, unique items are told apart in one pass, `$ref` reaches no further than the schema.
 *
 * @returns A function that gives what is wrong with a value, one sentence each with its path; empty when nothing is.
 * @throws ConfigError ERR_INVALID when it is no schema that can be used.
 */
export function compileRecordSchema(schema: object): (value: Json) => readonly string[] {
  if (JSON.stringify(schema).length > MAX_SCHEMA) {
    throw invalid(`is longer than ${MAX_SCHEMA} characters`);
  }
  try {
    const validate = createAjv().compile(schema as AnySchema);
    return (value) => {
      if (validate(value)) return [];
      return (validate.errors ?? []).slice(0, MAX_PROBLEMS).map(({ instancePath, message = 'is not valid' }) => {
        const path = instancePath
          .split('/')
          .slice(1)
          .reduce((whole, key) => join(whole, key.replaceAll('~1', '/').replaceAll('~0', '~')), '');
        return path === '' ? message : `"${path}" ${message}`;
      });
    };
  } catch (error) {
    if (error instanceof ConfigError) throw invalid(error.message);
    throw invalid(`cannot be used: ${(error as Error).message}`);
  }
}

function createAjv(): Ajv2020 {
  const regExp = Object.assign(compileSchemaPattern, { code: 'compileSchemaPattern' });
  const ajv = new Ajv2020({ allErrors: false, strict: false, ownProperties: true, code: { regExp, optimize: false } });
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (wanted: boolean, list: readonly Json[]) =>
      !wanted || new Set(list.map(canonicalText)).size === list.length,
    error: { message: 'must not have equal items' },
  });
  return ajv;
}

function invalid(message: string): ConfigError {
  return new ConfigError('ERR_INVALID', `schema ${message}`, { details: { problems: [{ path: 'schema', message }] } });
}
