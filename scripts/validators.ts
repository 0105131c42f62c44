import standaloneCode from 'ajv/dist/standalone/index.js';
import type { AnySchema } from 'ajv/dist/2020.js';
import type { OptionsSchema } from '../src/core/component.ts';
import { CONDITION_SCHEMA } from '../src/core/conditions.ts';
import { createAjv, validatorName } from '../src/core/schema-compiler.ts';
import { CONNECTOR_SCHEMA, ENTITY_SCHEMA } from '../src/connector/manifest-schema.ts';
import { authenticators } from '../src/http/authenticators/index.ts';
import { LIMITS_SCHEMA } from '../src/http/limits.ts';
import { paginators } from '../src/http/paginators/index.ts';
import { shapes } from '../src/http/shapes/index.ts';

/** The schemas that loading the connectors needs, which is at each start. */
export function schemasAtStart(): OptionsSchema[] {
  const components = [...authenticators.values(), ...paginators.values(), ...shapes.values()];
  const options = components.map((component) => component.options);
  return [CONNECTOR_SCHEMA, ENTITY_SCHEMA, LIMITS_SCHEMA, CONDITION_SCHEMA, ...options];
}

/** A CommonJS module with the validators of {@link schemasAtStart}, each under its `validatorName`. */
export function buildValidators(): string {
  const schemas = new Map(schemasAtStart().map((schema) => [validatorName(schema), schema]));
  const ajv = createAjv({ source: true });
  for (const [name, schema] of schemas) ajv.addSchema(schema as AnySchema, name);
  return standaloneCode.default(ajv, Object.fromEntries([...schemas.keys()].map((name) => [name, name])));
}
