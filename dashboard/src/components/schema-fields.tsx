import { Input, TagsInput, TextInput } from '@mantine/core';
import { type FieldProps, type RegistryFieldsType, type RJSFSchema, toErrorList } from '@rjsf/utils';
import type { ReactNode } from 'react';
import { fieldsOf } from '../lib/fields.ts';
import { textOf } from '../lib/format.ts';
import { standardOf } from '../lib/schema-data.ts';
import { without } from '../lib/without.ts';
import type { DataRecord, Schema, Step } from '../types.ts';
import { ClientOption } from './client-option.tsx';
import { ConditionField } from './condition-field.tsx';
import { JsonField } from './json-field.tsx';
import { Mapper } from './mapper.tsx';
import { PairsField } from './pairs-field.tsx';
import { Problems } from './problems.tsx';
import { RecordOption } from './record-option.tsx';
import { RowsField } from './rows-field.tsx';
import type { FormContext } from './schema-form.tsx';
import { StepsEditor } from './steps-editor.tsx';

/** An option as our fields take it. */
interface Given {
  readonly common: {
    readonly label: string;
    readonly description?: string | undefined;
    readonly error?: string | undefined;
    readonly withAsterisk: boolean;
    readonly onChange: (value: unknown) => void;
  };
  readonly name: string;
  readonly schema: Schema;
  readonly value: unknown;
  readonly context: FormContext;
}

/** The fields of values that have a form of their own. */
export const FIELDS: RegistryFieldsType<DataRecord, RJSFSchema, FormContext> = {
  client: fieldFor(({ common, name, schema, value }) => (
    <ClientOption {...common} name={name} connectors={schema.connectors} value={value} />
  )),
  record: fieldFor(({ common, schema: { records, default: standard }, value, context }) => {
    const client = records && context.value[records.client];
    if (!records) return null;
    return (
      <RecordOption
        {...common}
        records={records}
        standard={standard}
        client={typeof client === 'string' ? client : undefined}
        value={value}
      />
    );
  }),
  condition: fieldFor(({ common, value, context }) => (
    <ConditionField {...common} value={value} samples={context.samples} />
  )),
  mapper: fieldFor(({ common, value, context }) => (
    <Input.Wrapper error={common.error}>
      <Mapper
        label={common.label}
        value={(value ?? {}) as DataRecord}
        onChange={common.onChange}
        samples={context.samples}
      />
    </Input.Wrapper>
  )),
  scalar: fieldFor(({ common, schema, value }) => (
    <TextInput
      {...common}
      value={value === undefined ? '' : textOf(value)}
      placeholder={standardOf(schema)}
      onChange={({ currentTarget }) => common.onChange(countOrText(currentTarget.value))}
    />
  )),
  tags: fieldFor(({ common, schema, value, context }) => {
    const standard = Array.isArray(schema.default) ? schema.default : [];
    return (
      <TagsInput
        {...common}
        data={fieldsOf(context.samples).map(({ path }) => path)}
        value={(Array.isArray(value) ? value : standard).map(String)}
        onChange={(next) => common.onChange(next.length === 0 && standard.length === 0 ? undefined : next)}
      />
    );
  }),
  steps: fieldFor(({ common, name, value, context }) => (
    <Input.Wrapper labelElement="div" {...without(without(common, 'onChange'), 'error')}>
      <Problems at={name}>
        <StepsEditor steps={(value ?? []) as Step[]} onChange={common.onChange} samples={context.samples} />
      </Problems>
    </Input.Wrapper>
  )),
  rows: fieldFor(({ common, schema, value }) => <RowsField {...common} schema={schema} value={value} />),
  pairs: fieldFor(({ common, value }) => <PairsField {...common} value={(value ?? {}) as DataRecord} />),
  json: fieldFor(({ common, value }) => <JsonField {...common} value={value} />),
};

/** What was typed, as a number where it is one; nothing where nothing is left. */
function countOrText(text: string): number | string | undefined {
  if (text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Makes a field of ours one of the form's; it shows all that is wrong inside of it. */
function fieldFor(render: (given: Given) => ReactNode) {
  return function Field(props: FieldProps<DataRecord, RJSFSchema, FormContext>) {
    const { name, schema, uiSchema, formData, required = false, onChange, fieldPathId, registry } = props;
    const problems = [...(props.rawErrors ?? []), ...toErrorList(props.errorSchema).map(({ stack }) => stack)];
    const common = {
      label: uiSchema?.['ui:title'] ?? name,
      description: schema.description,
      error: problems.length === 0 ? undefined : problems.join(' '),
      withAsterisk: required,
      onChange: (value: unknown) => onChange(value as DataRecord, fieldPathId.path),
    };
    return render({ common, name, schema: schema as Schema, value: formData, context: registry.formContext });
  };
}
