import { Input } from '@mantine/core';
import type { FieldTemplateProps, ObjectFieldTemplateProps, RJSFSchema, TemplatesType } from '@rjsf/utils';
import type { DataRecord } from '../types.ts';
import type { FormContext } from './schema-form.tsx';

/** How fields stand together. Each brings its own label, description and errors. */
export const TEMPLATES: Partial<TemplatesType<DataRecord, RJSFSchema, FormContext>> = {
  FieldTemplate: ({ children, hidden }: FieldTemplateProps<DataRecord, RJSFSchema, FormContext>) =>
    hidden ? null : children,
  ObjectFieldTemplate: Group,
};

/** The whole form, or options that belong together. */
function Group({
  title,
  description,
  properties,
  fieldPathId,
}: ObjectFieldTemplateProps<DataRecord, RJSFSchema, FormContext>) {
  const fields = <div className="fields">{properties.map(({ content }) => content)}</div>;
  if (fieldPathId.path.length === 0) return fields;
  return (
    <fieldset className="group">
      <legend className="label">{title}</legend>
      {description !== undefined && <Input.Description>{description}</Input.Description>}
      {fields}
    </fieldset>
  );
}
