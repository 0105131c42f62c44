import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DataRecord } from '../types.ts';
import { SearchIcon } from './icons.tsx';

interface RecordFieldsProps {
  readonly record: DataRecord;
  readonly onChange: (record: DataRecord) => void;
}

type Scalar = string | number | boolean | null;

/** So many fields are seen at a glance. */
const MANY = 8;
/** Longer texts get a field of several lines. */
const LONG = 80;

/** The plain fields of a record, each to be typed over. What is in them keeps its type where the text allows it. */
export function RecordFields({ record, onChange }: RecordFieldsProps) {
  const [search, setSearch] = useState('');
  const fields = Object.entries(record).filter((entry): entry is [string, Scalar] => isScalar(entry[1]));
  const shown = fields.filter(([name]) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const nested = Object.keys(record).length - fields.length;
  return (
    <div className="stack tight">
      {fields.length > MANY && (
        <TextInput
          type="search"
          aria-label="Find a field"
          placeholder="Find a field"
          leftSection={<SearchIcon size={16} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <div className="record-fields">
        {shown.map(([name, value]) => (
          <Field key={name} name={name} value={value} onChange={(next) => onChange({ ...record, [name]: next })} />
        ))}
        {shown.length === 0 && <p className="muted small">No field is called so.</p>}
      </div>
      {nested > 0 && <p className="muted small">Lists and objects are changed as JSON.</p>}
    </div>
  );
}

interface FieldProps {
  readonly name: string;
  readonly value: Scalar;
  readonly onChange: (value: Scalar) => void;
}

function Field({ name, value, onChange }: FieldProps) {
  const [first] = useState(value);
  if (typeof first === 'boolean') {
    return (
      <Checkbox
        label={name}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="record-flag"
      />
    );
  }
  const text = value === null ? '' : String(value);
  const change = (next: string): void => onChange(typed(next, first));
  if (text.length > LONG || text.includes('\n')) {
    return (
      <Textarea
        label={name}
        autosize
        maxRows={8}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        className="whole"
      />
    );
  }
  return (
    <TextInput
      label={name}
      value={text}
      placeholder={value === null ? 'null' : ''}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** A number stays one, and what was nothing is nothing again when it is emptied. */
function typed(text: string, first: Scalar): Scalar {
  if (first === null && text === '') return null;
  const isNumber = typeof first === 'number' && text.trim() !== '' && Number.isFinite(Number(text));
  return isNumber ? Number(text) : text;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
