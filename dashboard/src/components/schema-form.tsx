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
      {Object.entries(schema.properties ?? {}).map(([name, property]) => (
        <SchemaField
          key={name}
          name={name}
          schema={property}
          value={value[name]}
          isRequired={schema.required?.includes(name) === true}
          onChange={(next) => set(name, next)}
          samples={samples}
        />
      ))}
    </div>
  );
}
