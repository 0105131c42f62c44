import type { DataRecord, Schema } from '../types.ts';
import { without } from '../lib/without.ts';
import { SchemaField } from './schema-field.tsx';

interface SchemaFormProps {
  readonly schema: Schema;
  readonly value: DataRecord;
  readonly onChange: (value: DataRecord) => void;
  readonly samples: readonly DataRecord[];
}

/** A form for the options of a component, drawn from the schema that it describes itself with. */
export function SchemaForm({ schema, value, onChange, samples }: SchemaFormProps) {
  const set = (name: string, next: unknown): void => {
    const rest = without(value, name);
    onChange(next === undefined ? rest : { ...rest, [name]: next });
  };
  return (
    <div className="fields">
      {fitting(schema, value).map(([name, property]) => (
        <SchemaField
          key={name}
          name={name}
          schema={property}
          value={value[name]}
          isRequired={schema.required?.includes(name) === true}
          onChange={(next) => set(name, next)}
          samples={samples}
          beside={value}
        />
      ))}
    </div>
  );
}

/**
 * Options that mean something with what is chosen: where there is a list of kinds, a description that begins with one of
 * them ("folder: where on the server") says that the option is for that kind alone.
 */
function fitting({ properties = {} }: Schema, value: DataRecord): (readonly [string, Schema])[] {
  const kinds = (properties['kind']?.enum ?? []).map(String);
  const chosen = value['kind'] ?? properties['kind']?.default;
  return Object.entries(properties).flatMap(([name, property]) => {
    const [, kind = '', rest = ''] = /^(\w+): (.*)$/s.exec(property.description ?? '') ?? [];
    if (name === 'kind' || !kinds.includes(kind)) return [[name, property] as const];
    const description = rest.charAt(0).toUpperCase() + rest.slice(1);
    return kind === chosen ? [[name, { ...property, description }] as const] : [];
  });
}
