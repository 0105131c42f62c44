import { NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import {
  enumOptionsIndexForValue,
  enumOptionsValueForIndex,
  type RegistryWidgetsType,
  type RJSFSchema,
  type WidgetProps,
} from '@rjsf/utils';
import { standardOf } from '../lib/schema-data.ts';
import { without } from '../lib/without.ts';
import type { DataRecord } from '../types.ts';
import type { FormContext } from './schema-form.tsx';

type Library = WidgetProps<DataRecord, RJSFSchema, FormContext>;

/** What a widget gets and uses; the library leaves open what a value is. */
interface Props extends Pick<
  Library,
  'id' | 'label' | 'schema' | 'required' | 'rawErrors' | 'options' | 'onBlur' | 'onFocus' | 'onChange'
> {
  readonly value: unknown;
}

/** The fields of plain values. */
export const WIDGETS: RegistryWidgetsType<DataRecord, RJSFSchema, FormContext> = {
  TextWidget: (props: Props) => <TextInput {...typed(props)} />,
  PasswordWidget: (props: Props) => <PasswordInput {...typed(props)} autoComplete="off" />,
  UpDownWidget: NumberWidget,
  SelectWidget,
  CheckboxWidget,
};

/** What every field has: its label, what it means, and what is wrong with it. */
function common({ id, label, schema, required = false, rawErrors, value, onBlur, onFocus }: Props) {
  return {
    id,
    label,
    description: schema.description,
    withAsterisk: required,
    error: rawErrors?.join(' '),
    onBlur: () => onBlur(id, value),
    onFocus: () => onFocus(id, value),
  };
}

function typed(props: Props) {
  const { value, schema, onChange } = props;
  return {
    ...common(props),
    value: typeof value === 'string' ? value : '',
    placeholder: standardOf(schema),
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      onChange(currentTarget.value === '' ? undefined : currentTarget.value),
  };
}

function NumberWidget(props: Props) {
  const { value, schema, onChange } = props;
  return (
    <NumberInput
      {...common(props)}
      value={typeof value === 'number' ? value : ''}
      placeholder={standardOf(schema)}
      min={schema.minimum}
      max={schema.maximum}
      onChange={(next) => onChange(next === '' ? undefined : Number(next))}
    />
  );
}

function SelectWidget(props: Props) {
  const { value, schema, required = false, onChange, options } = props;
  const { enumOptions = [] } = options;
  const standard = standardOf(schema);
  return (
    <Select
      {...common(props)}
      data={enumOptions.map(({ label }, index) => ({ value: String(index), label }))}
      value={value === undefined ? null : ((enumOptionsIndexForValue(value, enumOptions) ?? null) as string | null)}
      placeholder={standard === undefined ? undefined : `${standard} (default)`}
      clearable={!required}
      onChange={(next) => onChange(next === null ? undefined : enumOptionsValueForIndex(next, enumOptions))}
    />
  );
}

function CheckboxWidget(props: Props) {
  const { value, schema, onChange } = props;
  return (
    <Switch
      {...without(common(props), 'withAsterisk')}
      checked={(value ?? schema.default) === true}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}
