import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type AnySchema, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OptionsSchema } from './component.ts';
import { PACKAGE_ROOT } from './package-root.ts';

/** Where the build puts validators that need no compiling at start. */
export const PRECOMPILED_FILE = fileURLToPath(new URL('dist/precompiled-validators.cjs', PACKAGE_ROOT));

const ajv = createAjv();
const compiled = new WeakMap<object, ValidateFunction>();
let precompiled: Readonly<Record<string, ValidateFunction>> | undefined;

/** Our dialect of JSON Schema: 2020-12, strict, with the words that forms and references need. */
export function createAjv(code: Options['code'] = {}): Ajv2020 {
  const created = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    strict: true,
    allowUnionTypes: true,
    verbose: true,
    // Schemas are ours, and tests check them against the dialect; doing it at each start would cost as much as the rest.
    validateSchema: false,
    meta: false,
    code: { optimize: false, ...code },
  });
  // Words for forms; they say nothing about validity.
  for (const keyword of [
    'secret',
    'order',
    'placeholder',
    'component',
    'components',
    'template',
    'late',
    'connectors',
    'records',
    'section',
  ]) {
    created.addKeyword({ keyword, valid: true });
  }
  created.addFormat('uri-reference', true);
  // Identifier of a client, and id of a record in a system, in the forms of templates.
  created.addFormat('client', true);
  created.addFormat('record', true);
  return created;
}

/** The validator of a schema: from the build where that knew the very same schema, else compiled now, once. */
export function compileOnce(schema: OptionsSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  precompiled ??= loadPrecompiled();
  const validate = precompiled[validatorName(schema)] ?? ajv.compile(schema as AnySchema);
  compiled.set(schema, validate);
  return validate;
}

/** Name of a schema's validator: says what the schema says, so that one of an older build is never taken for it. */
export function validatorName(schema: OptionsSchema): string {
  return `v${createHash('sha1').update(JSON.stringify(schema)).digest('hex')}`;
}

function loadPrecompiled(): Readonly<Record<string, ValidateFunction>> {
  if (!existsSync(PRECOMPILED_FILE)) return {};
  return createRequire(import.meta.url)(PRECOMPILED_FILE) as Readonly<Record<string, ValidateFunction>>;
}
