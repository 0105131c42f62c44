import { ActionIcon, Select } from '@mantine/core';
import { useState } from 'react';
import type { DataRecord, Parameter } from '../types.ts';
import { without } from '../lib/without.ts';
import { CrossIcon } from './icons.tsx';
import { ParameterField } from './parameter-field.tsx';

interface ParameterListProps {
  readonly label: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly values: DataRecord;
  readonly onChange: (values: DataRecord) => void;
}

/**
 * Parameters of an operation. A list of tickets knows more than a hundred, so only those that are needed or set are
 * shown; the others are picked by name or by what they do.
 */
export function ParameterList({ label, parameters, values, onChange }: ParameterListProps) {
  const [added, setAdded] = useState<readonly string[]>([]);
  const names = Object.keys(parameters);
  const needed = names.filter((name) => parameters[name]?.required === true);
  const extra = [...new Set([...Object.keys(values), ...added])].filter((name) => !needed.includes(name));
  const rest = names.filter((name) => !needed.includes(name) && !extra.includes(name));
  const set = (name: string, value: unknown): void => {
    const others = without(values, name);
    onChange(value === undefined ? others : { ...others, [name]: value });
  };
  const remove = (name: string): void => {
    setAdded(added.filter((each) => each !== name));
    set(name, undefined);
  };
  if (names.length === 0 && extra.length === 0) return null;
  return (
    <div className="stack">
      {[...needed, ...extra].map((name) => (
        <div className="row top-aligned" key={name}>
          <div className="grow">
            <ParameterField
              name={name}
              parameter={parameters[name] ?? {}}
              value={values[name]}
              isRequired={needed.includes(name)}
              onChange={(value) => set(name, value)}
            />
          </div>
          {!needed.includes(name) && (
            <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${name}`} onClick={() => remove(name)}>
              <CrossIcon size={16} />
            </ActionIcon>
          )}
        </div>
      ))}
      {rest.length > 0 && (
        <Select
          aria-label={`Add a ${label}`}
          placeholder={`Add a ${label} (${rest.length} to choose from)`}
          searchable
          value={null}
          limit={60}
          data={rest.map((name) => ({ value: name, label: labelOf(name, parameters[name]) }))}
          onChange={(name) => name !== null && setAdded([...added, name])}
        />
      )}
    </div>
  );
}

function labelOf(name: string, parameter: Parameter | undefined): string {
  const text = parameter?.description;
  return text === undefined ? name : `${name}: ${text}`;
}
