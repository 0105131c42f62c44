import { Input } from '@mantine/core';
import type { FieldTemplateProps, ObjectFieldTemplateProps, RJSFSchema, TemplatesType } from '@rjsf/utils';
import { useState } from 'react';
import { plural } from '../lib/format.ts';
import { isGroup } from '../lib/schema-data.ts';
import { isTable } from '../lib/ui-schema.ts';
import type { DataRecord, Schema } from '../types.ts';
import type { FormContext } from './schema-form.tsx';

/** How fields stand together. Each brings its own label, description and errors. */
export const TEMPLATES: Partial<TemplatesType<DataRecord, RJSFSchema, FormContext>> = {
  FieldTemplate: ({ children, hidden }: FieldTemplateProps<DataRecord, RJSFSchema, FormContext>) =>
    hidden ? null : children,
  ObjectFieldTemplate: Group,
};

type GroupProps = ObjectFieldTemplateProps<DataRecord, RJSFSchema, FormContext>;

/** The whole form, or options that belong together. */
function Group(props: GroupProps) {
  const { title, description, properties, fieldPathId, registry } = props;
  const isWhole = fieldPathId.path.length === 0;
  if (isWhole && registry.formContext.isFolded) return <Folded {...props} />;
  const fields = <div className="fields">{properties.map(({ content }) => content)}</div>;
  if (isWhole) return fields;
  return (
    <fieldset className="group">
      <legend className="label">{title}</legend>
      {description !== undefined && <Input.Description>{description}</Input.Description>}
      {fields}
    </fieldset>
  );
}

/** What has to be said; everything else is below, folded away until somebody has filled some of it. */
function Folded({ properties, schema, registry }: GroupProps) {
  const { value } = registry.formContext;
  const isWanted = ({ name }: { readonly name: string }): boolean =>
    schema.required?.includes(name) === true || isGroup(schema.properties?.[name] as Schema);
  const others = properties.filter((each) => !isWanted(each));
  const [isOpen, setOpen] = useState(others.some(({ name }) => name in value));
  return (
    <div className="stack">
      <div className="fields">{properties.filter(isWanted).map(({ content }) => content)}</div>
      {others.length > 0 && (
        <details className="more" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{plural(others.length, 'more option')}, each with a default</summary>
          <Sections options={others} schema={schema} />
        </details>
      )}
    </div>
  );
}

interface SectionsProps {
  readonly options: GroupProps['properties'];
  readonly schema: RJSFSchema;
}

/** Options under the headings that their schemas name; without any, one below the other. */
function Sections({ options, schema }: SectionsProps) {
  const sections = new Map<string, GroupProps['properties']>();
  for (const option of options) {
    const { section = '' } = (schema.properties?.[option.name] ?? {}) as Schema;
    sections.set(section, [...(sections.get(section) ?? []), option]);
  }
  return (
    <div className="stack">
      {[...sections].map(([title, members]) =>
        title === '' ? (
          <div key={title} className="fields">
            {members.map(({ content }) => content)}
          </div>
        ) : (
          <fieldset key={title} className="section">
            <legend>{title}</legend>
            <div className="fields two">
              {members.map(({ name, content }) => (
                <div key={name} className={isTable(schema.properties?.[name] as Schema) ? 'whole' : undefined}>
                  {content}
                </div>
              ))}
            </div>
          </fieldset>
        ),
      )}
    </div>
  );
}
