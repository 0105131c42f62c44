import { TextInput } from '@mantine/core';
import { toIdentifier } from '../lib/format.ts';

/** Name and identifier of a document. */
export interface Identity {
  readonly identifier: string;
  readonly name: string;
}

interface IdentityFieldsProps {
  readonly value: Identity;
  readonly onChange: (value: Identity) => void;
  readonly isNew: boolean;
  readonly example: string;
}

/** The identifier follows the name until it is saved; then it stays, because other documents refer to it. */
export function IdentityFields({ value, onChange, isNew, example }: IdentityFieldsProps) {
  const follows = isNew && (value.identifier === '' || value.identifier === toIdentifier(value.name));
  return (
    <div className="fields two">
      <TextInput
        label="Name"
        description="What people see"
        placeholder={example}
        value={value.name}
        onChange={(event) => {
          const name = event.currentTarget.value;
          onChange({ name, identifier: follows ? toIdentifier(name) : value.identifier });
        }}
      />
      <TextInput
        label="Identifier"
        description={isNew ? 'Its name in documents, for good' : 'Cannot change: documents refer to it'}
        placeholder={toIdentifier(example)}
        withAsterisk
        disabled={!isNew}
        value={value.identifier}
        onChange={(event) => onChange({ ...value, identifier: event.currentTarget.value })}
      />
    </div>
  );
}
