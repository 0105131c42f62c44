import { Select, TextInput } from '@mantine/core';
import { textOf } from '../lib/format.ts';
import { isPairItem } from '../lib/ui-schema.ts';
import type { DataRecord, Schema } from '../types.ts';
import { Rows } from './rows.tsx';

interface RowsFieldProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly withAsterisk?: boolean;
  readonly schema: Schema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

type Cells = DataRecord | readonly unknown[];

/** A list of small records of one kind, or of pairs, as a table that is written into. */
export function RowsField({ schema, value, onChange, ...head }: RowsFieldProps) {
  const columns = columnsOf(schema);
  // What holds by default is what one begins with; taking the last of it away is a choice of its own.
  const standard = Array.isArray(schema.default) ? schema.default : [];
  const rows = (Array.isArray(value) ? value : standard) as readonly Cells[];
  const change = (next: readonly Cells[]): void =>
    onChange(next.length === 0 && standard.length === 0 ? undefined : next);
  return (
    <Rows
      {...head}
      onAdd={() => change([...rows, isPairItem(schema.items ?? {}) ? ['', ''] : {}])}
      onRemove={(index) => change(rows.toSpliced(index, 1))}
      rows={rows.map((row, index) =>
        columns.map((column) => (
          <Cell
            key={column.name}
            column={column}
            value={valueIn(row, column)}
            onChange={(next) => change(rows.with(index, withCell(row, column, next)))}
          />
        )),
      )}
    />
  );
}

interface Column {
  readonly name: string;
  /** Where its value stands: under a name, or at a place. */
  readonly at: string | number;
  readonly schema: Schema;
}

interface CellProps {
  readonly column: Column;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function Cell({ column: { name, schema }, value, onChange }: CellProps) {
  const standard = schema.default === undefined ? undefined : textOf(schema.default);
  if (schema.enum) {
    return (
      <Select
        className="grow"
        aria-label={name}
        placeholder={standard ?? name}
        data={schema.enum.map(String)}
        value={typeof value === 'string' ? value : null}
        clearable
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  }
  return (
    <TextInput
      className="grow"
      aria-label={name}
      placeholder={standard ?? name}
      value={value === undefined ? '' : textOf(value)}
      onChange={(event) => onChange(typed(schema, event.currentTarget.value))}
    />
  );
}

function columnsOf(schema: Schema): readonly Column[] {
  const { items = {} } = schema;
  if (isPairItem(schema.items ?? {}))
    return ['From', 'To'].map((name, at) => ({ name, at, schema: items.items ?? {} }));
  return Object.entries(items.properties ?? {}).map(([name, column]) => ({ name, at: name, schema: column }));
}

function valueIn(row: Cells, { at }: Column): unknown {
  return (row as Readonly<Record<string | number, unknown>>)[at];
}

function withCell(row: Cells, { at }: Column, value: unknown): Cells {
  if (Array.isArray(row)) return row.with(Number(at), value ?? '') as readonly unknown[];
  const rest = Object.entries(row).filter(([name]) => name !== at);
  return Object.fromEntries(value === undefined ? rest : [...rest, [at, value]]);
}

/** Whole numbers become numbers where the schema takes them. */
function typed({ type }: Schema, text: string): unknown {
  const types = [type].flat();
  if (types.some((each) => each === 'integer' || each === 'number') && /^-?\d+$/.test(text)) return Number(text);
  return text === '' ? undefined : text;
}
