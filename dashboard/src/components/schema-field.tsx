import { NumberInput, PasswordInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { fieldsOf } from '../lib/fields.ts';
import { textOf } from '../lib/format.ts';
import type { DataRecord, Schema, Step } from '../types.ts';
import { ClientOption } from './client-option.tsx';
import { ConditionField } from './condition-field.tsx';
import { JsonField } from './json-field.tsx';
import { Mapper } from './mapper.tsx';
import { PairsField } from './pairs-field.tsx';
import { RecordOption } from './record-option.tsx';
import { isRows, RowsField } from './rows-field.tsx';
import { SchemaForm } from './schema-form.tsx';
import { StepsEditor } from './steps-editor.tsx';

export interface SchemaFieldProps {
  readonly name: string;
  readonly schema: Schema;
  readonly value: unknown;
  readonly isRequired: boolean;
  readonly onChange: (value: unknown) => void;
  readonly samples: readonly DataRecord[];
  /** Values of the fields beside it. */
  readonly beside?: DataRecord;
}

const STEP_LISTS = new Set(['steps', 'then', 'else', 'default', 'requestTransformers']);

/** One option as the field that fits its schema; what no field fits is JSON. */
export function SchemaField(given: SchemaFieldProps) {
  const props = { ...given, schema: withoutNull(given.schema) };
  const { name, schema, value, onChange, samples, isRequired } = props;
  const label = schema.title ?? titleOf(name);
  const { description } = schema;
  const common = { label, description, withAsterisk: isRequired };
  if (schema.format === 'client') {
    return <ClientOption {...common} name={name} connectors={schema.connectors} value={value} onChange={onChange} />;
  }
  if (schema.records) {
    const client = props.beside?.[schema.records.client];
    return (
      <RecordOption
        {...common}
        records={schema.records}
        client={typeof client === 'string' ? client : undefined}
        value={value}
        onChange={onChange}
      />
    );
  }
  if (schema.enum) {
    return (
      <Select
        {...common}
        data={schema.enum.map(String)}
        value={value === undefined ? null : textOf(value)}
        placeholder={schema.default === undefined ? undefined : `${textOf(schema.default)} unless you say otherwise`}
        clearable={!isRequired}
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  }
  if (name === 'when') return <ConditionField {...common} value={value} onChange={onChange} samples={samples} />;
  if (name === 'fields' && isTemplates(schema)) {
    return <Mapper label={label} value={(value ?? {}) as DataRecord} onChange={onChange} samples={samples} />;
  }
  if (schema.type === 'boolean') {
    const isOn = (value ?? schema.default) === true;
    return (
      <Switch
        label={label}
        description={description}
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    return (
      <NumberInput
        {...common}
        value={typeof value === 'number' ? value : ''}
        placeholder={schema.default === undefined || schema.default === null ? undefined : textOf(schema.default)}
        {...(schema.minimum !== undefined && { min: schema.minimum })}
        {...(schema.maximum !== undefined && { max: schema.maximum })}
        onChange={(next) => onChange(next === '' ? undefined : Number(next))}
      />
    );
  }
  if (schema.type === 'array' && schema.items?.type === 'string') {
    return (
      <TagsInput
        {...common}
        data={fieldsOf(samples).map(({ path }) => path)}
        value={Array.isArray(value) ? value.map(String) : []}
        onChange={(next) => onChange(next.length === 0 ? undefined : next)}
      />
    );
  }
  if (schema.type === 'array' && isStepList(name, schema)) {
    return (
      <div>
        <div className="label">{label}</div>
        {description !== undefined && <p className="muted small">{description}</p>}
        <StepsEditor steps={(value ?? []) as Step[]} onChange={onChange} samples={samples} />
      </div>
    );
  }
  if (isRows(schema)) return <RowsField {...common} schema={schema} value={value} onChange={onChange} />;
  if (isPairs(schema)) return <PairsField {...common} value={(value ?? {}) as DataRecord} onChange={onChange} />;
  if (schema.type === 'object' && schema.properties) {
    return (
      <fieldset className="group">
        <legend className="label">{label}</legend>
        {description !== undefined && <p className="muted small">{description}</p>}
        <SchemaForm
          schema={schema}
          value={(value ?? {}) as DataRecord}
          onChange={(next) => onChange(Object.keys(next).length === 0 ? undefined : next)}
          samples={samples}
        />
      </fieldset>
    );
  }
  if (schema.type === 'string') return <TextOption {...props} label={label} />;
  return <JsonField {...common} value={value} onChange={onChange} />;
}

function TextOption({ schema, value, onChange, isRequired, label }: SchemaFieldProps & { readonly label: string }) {
  const Input = schema.writeOnly ? PasswordInput : TextInput;
  return (
    <Input
      label={label}
      description={schema.description}
      withAsterisk={isRequired}
      value={typeof value === 'string' ? value : ''}
      placeholder={schema.default === undefined || schema.default === null ? undefined : textOf(schema.default)}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  );
}

/** What may also be null is left empty for it. */
function withoutNull(schema: Schema): Schema {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const [only, ...others] = types.filter((type) => type !== 'null');
  return only !== undefined && others.length === 0 ? { ...schema, type: only } : schema;
}

function titleOf(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isStepList(name: string, { items }: Schema): boolean {
  return STEP_LISTS.has(name) && items?.type === 'object' && items.properties === undefined;
}

function isPairs({ type, additionalProperties }: Schema): boolean {
  return type === 'object' && typeof additionalProperties === 'object' && additionalProperties.type === 'string';
}

function isTemplates({ type, additionalProperties }: Schema): boolean {
  return type === 'object' && typeof additionalProperties === 'object' && additionalProperties.type === undefined;
}
