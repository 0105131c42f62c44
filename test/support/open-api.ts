import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject } from '../../src/core/record.ts';

/** The schema of OpenAPI 3.1 documents, as the OpenAPI Initiative publishes it: https://spec.openapis.org/oas/3.1/schema/ */
const PUBLISHED = new URL('openapi-3.1.schema.json', import.meta.url);

/** What is wrong with a document by the published schema of OpenAPI 3.1, and by that of the JSON Schemas in it. */
export function openApiProblems(document: unknown): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  const isValid = ajv.compile(JSON.parse(readFileSync(PUBLISHED, 'utf8')) as object);
  const own = isValid(document) ? [] : (isValid.errors ?? []).map((each) => `${each.instancePath}: ${each.message}`);
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
