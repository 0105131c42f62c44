import { type OutputUnit, type Schema as JsonSchema, Validator } from '@cfworker/json-schema';
import { type RJSFSchema, type RJSFValidationError, toErrorSchema, type ValidatorType } from '@rjsf/utils';
import type { FormContext } from '../components/schema-form.tsx';
import type { DataRecord } from '../types.ts';

/** Keywords that only say that something below is wrong, which the line about that says better. */
const ABOVE = new Set(['properties', 'items', 'prefixItems', 'additionalProperties', 'if', 'allOf', '$ref']);
/** What is still missing is no mistake while somebody writes: required fields have a mark. */
const PATIENT = new Set(['required', 'minItems', 'minProperties', 'dependentRequired']);

/**
 * Judges what is filled in by its schema while it is written. It interprets schemas: what compiles them into code needs what
 * the content security policy forbids. The API has the last word.
 */
export const validator: ValidatorType<DataRecord, RJSFSchema, FormContext> = {
  validateFormData(value, schema) {
    const errors = judge(schema, value).filter(isTold).map(toError);
    return { errors, errorSchema: toErrorSchema<DataRecord>(errors) };
  },
  isValid: (schema, value) => judge(schema, value).length === 0,
  // Nothing here asks for what only a playground shows.
  rawValidation: () => ({}),
};

function judge(schema: RJSFSchema, value: unknown): readonly OutputUnit[] {
  return new Validator(schema as JsonSchema, '2020-12', false).validate(value ?? {}).errors;
}

/** Of alternatives only that none fits is told, not why each of them does not. */
function isTold({ keyword, keywordLocation }: OutputUnit): boolean {
  return !ABOVE.has(keyword) && !PATIENT.has(keyword) && !/\/(anyOf|oneOf|not)\/./.test(keywordLocation);
}

function toError({ keyword, instanceLocation, error }: OutputUnit): RJSFValidationError {
  const parts = instanceLocation
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const property = parts.map((part) => `.${part}`).join('');
  return { name: keyword, property, message: WORDS[keyword] ?? error, stack: `${property} ${error}` };
}

const WORDS: Readonly<Record<string, string>> = {
  pattern: 'Not in the form that is expected here.',
  anyOf: 'None of the forms that are possible here fits.',
  oneOf: 'Not exactly one of the forms that are possible here.',
};
