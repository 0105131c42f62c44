import Form from '@rjsf/core/lib/components/Form.js';
import { type RJSFSchema, toErrorSchema } from '@rjsf/utils';
import { useId, useMemo } from 'react';
import { compact, fitting } from '../lib/schema-data.ts';
import { uiSchemaOf } from '../lib/ui-schema.ts';
import type { DataRecord, Problem, Schema } from '../types.ts';
import { useProblems } from './problems.tsx';
import { FIELDS } from './schema-fields.tsx';
import { TEMPLATES } from './schema-templates.tsx';
import { validator } from '../lib/schema-validator.ts';
import { WIDGETS } from './schema-widgets.tsx';

interface SchemaFormProps {
  readonly schema: Schema;
  readonly value: DataRecord;
  readonly onChange: (value: DataRecord) => void;
  readonly samples: readonly DataRecord[];
  /** Folds away what need not be said. */
  readonly isFolded?: boolean;
}

/** What fields see beside their own value. */
export interface FormContext {
  readonly samples: readonly DataRecord[];
  /** The whole value of the form. */
  readonly value: DataRecord;
  readonly isFolded: boolean;
}

/** Defaults are shown as such and not written down: what a document does not say changes with the component. */
const STATE = { emptyObjectFields: 'skipDefaults', arrayMinItems: { populate: 'never' } } as const;

/** A form for the options of a component, drawn from the schema that it describes itself with. */
export function SchemaForm({ schema: given, value, onChange, samples, isFolded = false }: SchemaFormProps) {
  const schema = useMemo(() => fitting(given, value), [given, value]);
  const uiSchema = useMemo(() => uiSchemaOf(schema), [schema]);
  const problems = useProblems();
  const extraErrors = useMemo(() => errorsOf(problems), [problems]);
  const id = useId();
  return (
    <Form<DataRecord, RJSFSchema, FormContext>
      // One step can hold others, and forms cannot hold forms.
      tagName="div"
      idPrefix={id}
      schema={schema as RJSFSchema}
      uiSchema={uiSchema}
      formData={value}
      formContext={{ samples, value, isFolded }}
      validator={validator}
      extraErrors={extraErrors}
      liveValidate="onBlur"
      showErrorList={false}
      fields={FIELDS}
      widgets={WIDGETS}
      templates={TEMPLATES}
      experimental_defaultFormStateBehavior={STATE}
      experimental_componentUpdateStrategy="always"
      onChange={({ formData = {} }) => onChange(compact(schema, formData))}
    >
      <></>
    </Form>
  );
}

/** What the API found, as the form keeps errors. */
function errorsOf(problems: readonly Problem[]) {
  return toErrorSchema<DataRecord>(
    problems.map(({ path, message }) => ({ property: `.${path}`, message: `This ${message}.`, stack: message })),
  );
}
