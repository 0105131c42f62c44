import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject } from '../../src/core/record.ts';

/** What is wrong with a document by the published schema of OpenAPI, in its references, and in the JSON Schemas in it. */
export async function openApiProblems(document: Record<string, unknown>): Promise<string[]> {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  const own = valid ? [] : [JSON.stringify(errors)];
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  return [...own, ...schemasOf(document).flatMap((schema) => (ajv.validateSchema(schema) ? [] : [ajv.errorsText()]))];
}

/** Every schema of parameters, bodies and components, wherever it stands. */
function schemasOf(value: unknown): object[] {
  if (Array.isArray(value)) return value.flatMap(schemasOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    if (name === 'schema' && isObject(each)) return [each];
    if (name === 'schemas' && isObject(each)) return Object.values(each).filter(isObject);
    return schemasOf(each);
  });
}
